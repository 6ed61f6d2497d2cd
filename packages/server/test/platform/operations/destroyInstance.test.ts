import { expect, test } from "vitest";
import { createHarness } from "../harness.ts";

test("destroys a replica; its location and its address go with it", async () => {
  const api = await createHarness();
  await api.createDatabase("shop", "ord", "ams");
  const { instances } = await api.ok("listInstances", { path: { db_name: "shop" } });
  const [primary, replica] = instances.map(({ name }) => name);
  const label = `${replica}-shop-local`;
  expect(await api.store.routes.find(label)).toBeDefined();

  const path = { db_name: "shop", instance_name: replica ?? "" };
  expect(await api.ok("destroyInstance", { path })).toEqual({ instance: replica });

  expect(await api.store.routes.find(label)).toBeUndefined();
  const { database } = await api.ok("getDatabase", { path: { db_name: "shop" } });
  expect(database.regions).toEqual(["ord"]);
  expect(await api.refused("destroyInstance", { path })).toMatchObject({
    code: "instance_not_found",
  });
  await api.ok("getInstance", { path: { db_name: "shop", instance_name: primary ?? "" } });
  expect(api.engine.storage.size).toBe(1);
});

test.each([[["ord"]], [["ord", "ams"]]])("never the primary, with instances in %j", async (all) => {
  const api = await createHarness();
  await api.createDatabase("shop", ...all);
  const { instances } = await api.ok("listInstances", { path: { db_name: "shop" } });
  const path = { db_name: "shop", instance_name: instances[0]?.name ?? "" };
  expect(await api.refused("destroyInstance", { path })).toMatchObject({
    status: 400,
    code: "primary_instance",
    error: expect.stringContaining("destroy the database instead"),
  });
  expect((await api.ok("listInstances", { path })).instances).toEqual(instances);
});
