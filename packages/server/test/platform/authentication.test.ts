import { type OperationId, operationTable } from "@logicaldb/contract";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { createHarness } from "./harness.ts";

const operations = Object.values(operationTable).filter(({ security }) => security === "platform");
const names = { db_name: "shop", instance_name: "x", token_name: "x" };
const operationIds: OperationId[] = operations.map(({ operationId }) => operationId);

test("every operation of the Platform API wants a token, and looks at nothing else before", async () => {
  const api = await createHarness();
  for (const operationId of operationIds) {
    const call = { path: { ...names, org_slug: "nowhere" }, body: "{", token: null };
    expect(await api.refused(operationId, call), operationId).toMatchObject({
      status: 401,
      code: "token_missing",
      error: 'no token: send "Authorization: Bearer <platform token>"',
      headers: { "www-authenticate": "Bearer" },
    });
  }
});

test.each([
  ["Basic bG9jYWw6", "token_malformed"],
  ["Bearer", "token_malformed"],
  ["Bearer one two", "token_malformed"],
  ["ldb_abc", "token_malformed"],
  ["", "token_missing"],
  ["   ", "token_missing"],
  ["Bearer ldb_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "token_invalid"],
  ["Bearer é", "token_invalid"],
])("refuses Authorization: %s", async (authorization, code) => {
  const api = await createHarness();
  const refusal = await api.refused("listOrganizations", {
    token: null,
    headers: { authorization },
  });
  expect(refusal).toMatchObject({ status: 401, code, headers: { "www-authenticate": "Bearer" } });
});

test("takes the scheme in any case", async () => {
  const api = await createHarness();
  const headers = { authorization: `bearer ${api.token}` };
  await api.ok("listOrganizations", { token: null, headers });
});

test("a database token is no platform token, and is told so", async () => {
  const api = await createHarness();
  await api.createDatabase("shop");
  const { jwt } = await api.ok("mintDatabaseToken", { path: { db_name: "shop" } });
  for (const token of [jwt, jwt.replace(/\.[^.]*$/, ".")]) {
    expect(await api.refused("listDatabases", { token })).toMatchObject({
      status: 401,
      code: "token_kind",
      error: "this is a database token: the Platform API needs a platform token",
    });
  }
});

test("the hash of a token is no token", async () => {
  const api = await createHarness();
  const [row] = await api.store.db.values<[string]>(sql`SELECT hash FROM api_tokens`);
  expect(await api.refused("listDatabases", { token: `${row?.[0]}` })).toMatchObject({
    code: "token_invalid",
  });
});

test("below an organization, every operation wants one that exists and has the caller in it", async () => {
  const api = await createHarness();
  await api.addAccount("ada");
  const belowOrganizations = operations.filter(({ path }) => path.includes("{org_slug}"));
  expect(belowOrganizations.length).toBeGreaterThan(12);
  for (const { operationId } of belowOrganizations) {
    const body =
      operationId === "createInstance" ? { location: "ord" } : { name: "shop", location: "ord" };
    const unknown = { path: { ...names, org_slug: "nowhere" }, body };
    expect(await api.refused(operationId, unknown), operationId).toMatchObject({
      status: 404,
      code: "organization_not_found",
      error: 'organization "nowhere" does not exist',
    });
    const foreign = { path: { ...names, org_slug: "ada" }, body };
    expect(await api.refused(operationId, foreign), operationId).toMatchObject({
      status: 403,
      code: "not_a_member",
      error: 'you are not a member of organization "ada"',
    });
  }
});
