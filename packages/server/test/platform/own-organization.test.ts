import { operationTable } from "@logicaldb/contract";
import { expect, test } from "vitest";
import { createHarness, type Harness } from "./harness.ts";

const ofDatabases = Object.values(operationTable).filter(({ path }) =>
  path.startsWith("/v1/organizations/{org_slug}/databases"),
);

/** Calls a path as the holder of a token. */
async function call(api: Harness, token: string | undefined, method: "GET" | "POST", url: string) {
  const response = await api.app.inject({
    method,
    url,
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    ...(method === "POST" && { payload: { name: "notes", location: "ord" } }),
  });
  return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
}

test.each(ofDatabases)("$operationId may leave the organization out", ({ path, aliases }) => {
  expect(aliases).toEqual([path.replace("/organizations/{org_slug}", "")]);
});

test("a path without an organization means the caller's own", async () => {
  const api = await createHarness();
  const ada = await api.addAccount("ada");
  const created = await call(api, ada, "POST", "/v1/databases");
  expect(created).toMatchObject({ status: 200, body: { database: { Name: "notes" } } });
  expect((await call(api, ada, "POST", "/v1/databases/notes/instances")).status).toBe(200);
  expect((await call(api, ada, "POST", "/v1/databases/notes/auth/tokens")).body).toEqual({
    jwt: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  });
  const adas = { path: { org_slug: "ada" }, token: ada };
  const { databases } = await api.ok("listDatabases", adas);
  expect(databases).toMatchObject([{ Name: "notes", primaryRegion: "ord" }]);
  expect((await call(api, ada, "GET", "/v1/databases")).body).toEqual({ databases });
  expect((await call(api, api.token, "GET", "/v1/databases")).body).toEqual({ databases: [] });
  expect(await call(api, api.token, "GET", "/v1/databases/notes")).toMatchObject({
    status: 404,
    body: { code: "database_not_found" },
  });
});

test("a path without an organization needs a token, and a name that can be one", async () => {
  const api = await createHarness();
  expect(await call(api, undefined, "GET", "/v1/databases")).toMatchObject({
    status: 401,
    body: { code: "token_missing" },
  });
  expect(await call(api, api.token, "GET", "/v1/databases/..%2F..%2Fada")).toMatchObject({
    status: 404,
  });
});
