import { expect, test } from "vitest";
import { createHarness } from "../harness.ts";

test("shows one instance", async () => {
  const api = await createHarness();
  await api.createDatabase("shop", "ord", "ams");
  const { instances } = await api.ok("listInstances", { path: { db_name: "shop" } });
  for (const instance of instances) {
    const path = { db_name: "shop", instance_name: instance.name };
    expect(await api.ok("getInstance", { path })).toEqual({ instance });
  }
});

test("tells a missing instance from a missing database", async () => {
  const api = await createHarness();
  await api.createDatabase("shop", "ord");
  const path = { db_name: "shop", instance_name: "nobody" };
  expect(await api.refused("getInstance", { path })).toMatchObject({
    status: 404,
    code: "instance_not_found",
    error: 'database "shop" has no instance "nobody"',
  });
  expect(await api.refused("getInstance", { path: { ...path, db_name: "x" } })).toMatchObject({
    code: "database_not_found",
  });
});
