import { expect, test } from "vitest";
import { createHarness, listen } from "./harness.ts";

const databasesPath = "/v1/organizations/local/databases";

test.each([
  ["", "name must not be empty"],
  ["x".repeat(65), "name must have at most 64 characters"],
  ["Shop", "name must match"],
  ["..", "name must match"],
  [".", "name must match"],
  ["a/b", "name must match"],
  ["%2e%2e", "name must match"],
  ["-shop", "name must match"],
  ["shop_1", "name must match"],
  ["shop ", "name must match"],
  ["shop\n", "name must match"],
  ["ѕhop", "name must match"],
  ["shoр", "name must match"],
  ["ｓｈｏｐ", "name must match"],
  ["s\u200Bhop", "name must match"],
  ["naïve", "name must match"],
])("no database is created with the name %j", async (name, message) => {
  const api = await createHarness();
  expect(await api.refused("createDatabase", { body: { name } })).toMatchObject({
    status: 400,
    code: "invalid_input",
    error: expect.stringContaining(message),
  });
  expect(await api.ok("listDatabases")).toEqual({ databases: [] });
});

test.each(["a", "0", "9-", "a--b", "xn--a", "x".repeat(64), "v1", "local", "validate"])(
  "the name %j is a good one, and so is what it is addressed by",
  async (name) => {
    const api = await createHarness();
    const { Hostname } = await api.createDatabase(name, "ord");
    const { database } = await api.ok("getDatabase", { path: { db_name: name } });
    expect(database.Hostname).toBe(Hostname);
    const { instances } = await api.ok("listInstances", { path: { db_name: name } });
    for (const hostname of [Hostname, ...instances.map((instance) => instance.hostname)]) {
      const [label = ""] = hostname.split(".");
      expect(label).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
      expect(new URL(`https://${hostname}/`).hostname).toBe(hostname);
    }
    await api.ok("destroyDatabase", { path: { db_name: name } });
  },
);

test.each([
  ["..", "%2e%2e"],
  [".", "%2E"],
  ["a/b", "a%2Fb"],
  ["Shop", "Shop"],
  ["ѕhop", encodeURIComponent("ѕhop")],
  ["a null byte", "shop%00"],
  ["something long", "x".repeat(3000)],
])("in a path, %s is a database that does not exist", async (_, segment) => {
  const api = await createHarness();
  await api.createDatabase("shop");
  const { request } = await listen(api.platformOptions);
  for (const method of ["GET", "DELETE"]) {
    const { status, body } = await request(method, `${databasesPath}/${segment}`, api.token);
    expect({ status, code: body["code"] }).toEqual({ status: 404, code: "database_not_found" });
  }
  const organization = await request("GET", `/v1/organizations/${segment}/databases`, api.token);
  expect(organization).toMatchObject({ status: 404, body: { code: "organization_not_found" } });
  const minted = await request("POST", `${databasesPath}/${segment}/auth/tokens`, api.token);
  expect(minted).toMatchObject({ status: 404, body: { code: "database_not_found" } });
  expect((await api.ok("listDatabases")).databases).toHaveLength(1);
});

test("dots and slashes that are not encoded lead nowhere, and never to another resource", async () => {
  const api = await createHarness();
  await api.createDatabase("shop");
  const { request } = await listen(api.platformOptions);
  for (const path of [
    `${databasesPath}/a/b`,
    `${databasesPath}/../../..`,
    `${databasesPath}/../databases/shop`,
    `${databasesPath}//`,
    `//${databasesPath.slice(1)}`,
    `${databasesPath}/shop/`,
  ]) {
    const { status } = await request("DELETE", path, api.token);
    expect([path, status]).toEqual([path, 404]);
  }
  expect((await api.ok("listDatabases")).databases).toHaveLength(1);
});

test("an empty name in a path is no name", async () => {
  const api = await createHarness();
  const { request } = await listen(api.platformOptions);
  expect(await request("GET", `${databasesPath}/`, api.token)).toMatchObject({ status: 404 });
  expect(await request("DELETE", `${databasesPath}/`, api.token)).toMatchObject({ status: 404 });
  expect(await request("POST", `${databasesPath}//auth/tokens`, api.token)).toMatchObject({
    status: 404,
    body: { code: "database_not_found" },
  });
});

test("a path that is not validly encoded leads nowhere", async () => {
  const api = await createHarness();
  const { request } = await listen(api.platformOptions);
  for (const segment of ["%zz", "%", "%E0%A4"]) {
    expect(await request("GET", `${databasesPath}/${segment}`, api.token)).toMatchObject({
      status: 404,
      body: { code: "route_not_found", error: "the path is not validly percent-encoded" },
    });
  }
});
