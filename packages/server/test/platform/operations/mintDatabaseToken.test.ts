import { expect, test } from "vitest";
import { verifyDatabaseToken } from "../../../src/tokens/database-token.ts";
import { createHarness } from "../harness.ts";
import type { Harness } from "../harness.ts";

const path = { db_name: "shop" };

async function claims(api: Harness, query: Record<string, string> = {}, body?: unknown) {
  const { jwt } = await api.ok("mintDatabaseToken", { path, query, body });
  const route = await api.store.routes.find("shop-local");
  if (route === undefined) throw new Error("The database has no route");
  return await verifyDatabaseToken(jwt, route.publicKey, route.databaseId, api.clock.now);
}

test("mints a token that does everything forever, also before there is an instance", async () => {
  const api = await createHarness();
  await api.createDatabase("shop");
  expect(await claims(api)).toEqual({ access: "full-access", expiresAt: undefined });
  for (const expiration of ["never", "none", "default"]) {
    expect(await claims(api, { expiration })).toMatchObject({ expiresAt: undefined });
  }
});

test("mints what expiration and authorization ask for", async () => {
  const api = await createHarness();
  await api.createDatabase("shop");
  const query = { expiration: "1w2d6h3ns", authorization: "read-only" };
  const lifetime = ((9 * 24 + 6) * 3600 + 1) * 1000;
  expect(await claims(api, query)).toEqual({
    access: "read-only",
    expiresAt: api.clock.now + lifetime,
  });
});

test("accepts the body that official clients send, or none, but not what is no JSON", async () => {
  const api = await createHarness();
  await api.createDatabase("shop");
  for (const body of [undefined, "", {}, { permissions: { read_attach: { databases: ["x"] } } }]) {
    expect(await claims(api, {}, body)).toMatchObject({ access: "full-access" });
  }
  expect(await api.refused("mintDatabaseToken", { path, body: "{" })).toMatchObject({
    code: "malformed_json",
  });
});

test.each(["abc", "-5m", "0", "5", "1y", "9223372036854775808ns", "300000000000000000000w"])(
  "refuses expiration=%s",
  async (expiration) => {
    const api = await createHarness();
    await api.createDatabase("shop");
    const refusal = await api.refused("mintDatabaseToken", { path, query: { expiration } });
    expect(refusal).toMatchObject({ status: 400, code: "invalid_expiration" });
    expect(refusal.error).toMatch(/^expiration /);
  },
);

test("refuses an unknown authorization and an unknown database", async () => {
  const api = await createHarness();
  await api.createDatabase("shop");
  const query = { authorization: "admin" };
  expect(await api.refused("mintDatabaseToken", { path, query })).toMatchObject({
    code: "invalid_input",
    error: 'authorization must be one of full-access, read-only, not "admin"',
  });
  expect(await api.refused("mintDatabaseToken", { path: { db_name: "x" } })).toMatchObject({
    code: "database_not_found",
  });
});
