import { expect, test } from "vitest";
import { resetStore } from "../../../src/store/reset.ts";
import { createHarness, type Harness } from "../harness.ts";

test("creates an empty database without instances", async () => {
  const api = await createHarness();
  const created = await api.ok("createDatabase", { body: { name: "tenant-042" } });
  expect(created).toEqual({
    database: {
      Name: "tenant-042",
      Hostname: "tenant-042-local.example.com",
      IssuedCertLimit: 0,
      IssuedCertCount: 0,
      DbId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
    username: "local",
    password: "",
  });
  expect(api.engine.calls).toEqual([]);
  const { database } = await api.ok("getDatabase", { path: { db_name: "tenant-042" } });
  expect(database.regions).toEqual([]);
});

test("refuses a name that its organization has, and only there", async () => {
  const api = await createHarness();
  const ada = await api.addAccount("ada");
  await api.createDatabase("taken");
  expect(await api.refused("createDatabase", { body: { name: "taken" } })).toMatchObject({
    status: 409,
    code: "database_exists",
    error: "database with same name already exists",
  });
  const path = { org_slug: "ada" };
  await api.ok("createDatabase", { path, body: { name: "taken" }, token: ada });
});

test("says so where its organization goes with all that it has meanwhile", async () => {
  const api: Harness = await createHarness({
    now: () => {
      // Asked when the key is there, right before the database is stored.
      void resetStore(api.store, "nobody");
      return 0;
    },
  });
  expect(await api.refused("createDatabase", { body: { name: "late" } })).toMatchObject({
    status: 404,
    code: "organization_not_found",
    error: 'organization "local" does not exist',
  });
  expect(api.log).toEqual([]);
});

test("of fifty creations of one name at once, one succeeds", async () => {
  const api = await createHarness();
  const statuses = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const response = await api.app.inject({
        method: "POST",
        url: "/v1/organizations/local/databases",
        headers: { authorization: `Bearer ${api.token}` },
        payload: '{"name":"wanted"}',
      });
      return response.statusCode;
    }),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(statuses.filter((status) => status === 409)).toHaveLength(49);
  expect((await api.ok("listDatabases")).databases).toHaveLength(1);
});

test("databases whose labels collide get addresses of their own", async () => {
  const api = await createHarness();
  const first = await api.addAccount("c");
  const second = await api.addAccount("b-c");
  const one = await api.ok("createDatabase", {
    path: { org_slug: "c" },
    body: { name: "a-b" },
    token: first,
  });
  const other = await api.ok("createDatabase", {
    path: { org_slug: "b-c" },
    body: { name: "a" },
    token: second,
  });
  expect(one.database.Hostname).toBe("a-b-c.example.com");
  expect(other.database.Hostname).toBe(`a-b-c-${other.database.DbId.slice(0, 6)}.example.com`);
});

test("takes the image that official clients send", async () => {
  const api = await createHarness();
  await api.ok("createDatabase", { body: { name: "new", image: "canary" } });
  expect(await api.refused("createDatabase", { body: { name: "x", image: "beta" } })).toMatchObject(
    {
      code: "invalid_input",
      error: 'image must be one of latest, canary, not "beta"',
    },
  );
});
