import { expect, test } from "vitest";
import { verifyDatabaseToken } from "../../../src/tokens/database-token.ts";
import { createHarness } from "../harness.ts";
import type { Harness } from "../harness.ts";

const path = { db_name: "shop" };

async function verify(api: Harness, jwt: string) {
  const route = await api.store.routes.find("shop-local");
  if (route === undefined) throw new Error("The database has no route");
  return await verifyDatabaseToken(jwt, route.publicKey, route.databaseId, api.clock.now);
}

test("older tokens are refused from now on, newer ones work, and open streams are closed", async () => {
  const api = await createHarness();
  const { DbId } = await api.createDatabase("shop", "ord");
  const older = await api.ok("mintDatabaseToken", { path });
  expect(await verify(api, older.jwt)).toMatchObject({ access: "full-access" });

  expect(await api.ok("invalidateDatabaseTokens", { path })).toEqual({});

  expect(await verify(api, older.jwt)).toMatchObject({ kind: "wrong_key" });
  expect(api.engine.calls.at(-1)).toBe(`endSessions ${DbId}`);
  const newer = await api.ok("mintDatabaseToken", { path });
  expect(await verify(api, newer.jwt)).toMatchObject({ access: "full-access" });
});

test("is not done while streams may still be open", async () => {
  const api = await createHarness();
  await api.createDatabase("shop", "ord");
  api.engine.down = true;
  expect(await api.refused("invalidateDatabaseTokens", { path })).toMatchObject({
    status: 503,
    code: "engine_unavailable",
    headers: { "retry-after": "1" },
  });
});

test("knows which databases there are", async () => {
  const api = await createHarness();
  expect(await api.refused("invalidateDatabaseTokens", { path })).toMatchObject({
    code: "database_not_found",
  });
});
