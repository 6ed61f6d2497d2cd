import { expect, test } from "vitest";
import { createHarness } from "../harness.ts";

const path = { db_name: "shop" };

test("the first instance is the primary and makes the storage, later ones are replicas", async () => {
  const api = await createHarness();
  const { DbId } = await api.createDatabase("shop");
  const first = await api.ok("createInstance", { path, body: { location: "ord" } });
  expect(first).toEqual({
    instance: {
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: expect.stringMatching(/^[a-z]{8}$/),
      type: "primary",
      region: "ord",
      hostname: `${first.instance.name}-shop-local.example.com`,
    },
    username: "local",
    password: "",
  });
  expect(api.engine.calls).toEqual([`create ${DbId}`]);

  const second = await api.ok("createInstance", { path, body: { location: "ams" } });
  expect(second.instance.type).toBe("replica");
  expect(api.engine.calls).toHaveLength(1);
});

test("of many first instances at once, one is the primary", async () => {
  const api = await createHarness();
  await api.createDatabase("shop");
  const created = await Promise.all(
    Array.from({ length: 20 }, () =>
      api.ok("createInstance", { path, body: { location: "local" } }),
    ),
  );
  const types = created.map(({ instance }) => instance.type);
  expect(types.filter((type) => type === "primary")).toHaveLength(1);
  expect(new Set(created.map(({ instance }) => instance.name)).size).toBe(20);
});

test("its address leads to it, and the database's own address then has a primary", async () => {
  const api = await createHarness();
  await api.createDatabase("shop");
  expect(await api.store.routes.find("shop-local")).toMatchObject({ hasPrimary: false });
  const { instance } = await api.ok("createInstance", { path, body: { location: "ord" } });
  const route = await api.store.routes.find("shop-local");
  expect(route).toMatchObject({ databaseName: "shop", hasPrimary: true });
  expect(await api.store.routes.find(`${instance.name}-shop-local`)).toEqual(route);
});

test("understands the body of the official command line tool", async () => {
  const api = await createHarness();
  await api.createDatabase("shop");
  const { instance } = await api.ok("createInstance", { path, body: { Location: "waw" } });
  expect(instance.region).toBe("waw");
});

test.each([
  [{ location: "xyz" }, "unknown_location", 'location "xyz" does not exist'],
  [{ location: "toString" }, "invalid_input", "location must match"],
  [{ location: "constructor" }, "unknown_location", 'location "constructor" does not exist'],
  [{ location: "ORD" }, "invalid_input", "location must match"],
  [{ location: "" }, "invalid_input", "location must not be empty"],
  [{ location: 7 }, "invalid_input", "location must be a string, not 7"],
  [{}, "invalid_input", "location is required"],
  [undefined, "invalid_input", "location is required"],
])("refuses %j", async (body, code, message) => {
  const api = await createHarness();
  await api.createDatabase("shop");
  const refusal = await api.refused("createInstance", { path, body });
  expect(refusal).toMatchObject({ status: 400, code });
  expect(refusal.error).toContain(message);
  expect(api.engine.calls).toEqual([]);
});

test("an engine that is down leaves nothing behind, and repeating the request works", async () => {
  const api = await createHarness();
  await api.createDatabase("shop");
  api.engine.down = true;
  expect(await api.refused("createInstance", { path, body: { location: "ord" } })).toMatchObject({
    status: 503,
    code: "engine_unavailable",
    headers: { "retry-after": "1" },
  });
  expect(await api.ok("listInstances", { path })).toEqual({ instances: [] });
  api.engine.down = false;
  const { instance } = await api.ok("createInstance", { path, body: { location: "ord" } });
  expect(instance.type).toBe("primary");
});

test("a database destroyed in the middle of it leaves no storage behind", async () => {
  const api = await createHarness();
  await api.createDatabase("shop");
  let destroying: Promise<unknown> = Promise.resolve();
  api.engine.before = async (call) => {
    if (!call.startsWith("create")) return;
    destroying = api.ok("destroyDatabase", { path });
    // Enough turns for the destruction to finish first, if it were not made to wait.
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
  };
  await api.ok("createInstance", { path, body: { location: "ord" } });
  await destroying;
  expect(api.engine.storage).toEqual(new Set());
  expect(await api.refused("getDatabase", { path })).toMatchObject({ code: "database_not_found" });
});

test("knows which databases there are", async () => {
  const api = await createHarness();
  expect(await api.refused("createInstance", { path, body: { location: "ord" } })).toMatchObject({
    code: "database_not_found",
  });
});
