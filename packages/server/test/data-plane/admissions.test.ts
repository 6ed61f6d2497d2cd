import { pino } from "pino";
import { expect, test } from "vitest";
import { Admissions } from "../../src/gateway/admissions.ts";
import { Authorizer } from "../../src/gateway/authorize.ts";
import type { Route } from "../../src/store/route-cache.ts";
import { generateSigningKey, mintDatabaseToken } from "../../src/tokens/database-token.ts";

/** Who is admitted to a database that is always found, with a token that nobody has seen yet. */
async function admissionsOf(databaseId: string) {
  const key = await generateSigningKey();
  const route: Route = {
    databaseId,
    databaseName: "shop",
    hasPrimary: true,
    publicKey: key.publicKey,
  };
  const { token } = mintDatabaseToken(key, {
    databaseId,
    access: "full-access",
    expiration: { kind: "never" },
    now: Date.now(),
  });
  const state = { route, changes: 0 };
  const admissions = new Admissions({
    routes: {
      find: () => state.route,
      get changes() {
        return state.changes;
      },
      onWithdrawn: () => () => {},
    },
    authorizer: new Authorizer(10, Date.now),
    logger: pino({ level: "silent" }),
  });
  return { state, admit: () => admissions.ofRequest("shop-local", `Bearer ${token}`) };
}

test("a token that is good is admitted", async () => {
  const { admit } = await admissionsOf("one");
  expect(await admit()).toEqual({ databaseId: "one", access: "full-access" });
});

test("tokens that are invalidated while one of them is checked admit nobody", async () => {
  const { state, admit } = await admissionsOf("one");
  const { publicKey } = await generateSigningKey();
  const admission = admit();
  state.route = { ...state.route, publicKey };
  state.changes += 1;
  expect(await admission).toMatchObject({ status: 401, code: "AUTH_JWT_INVALID" });
});
