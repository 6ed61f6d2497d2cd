import { expect, test } from "vitest";
import { createHarness } from "../harness.ts";

test("lists the primary first, then the replicas in the order of their creation", async () => {
  const api = await createHarness();
  const path = { db_name: "shop" };
  await api.createDatabase("shop");
  expect(await api.ok("listInstances", { path })).toEqual({ instances: [] });
  for (const location of ["ord", "ams", "fra"]) {
    await api.ok("createInstance", { path, body: { location } });
  }
  const { instances } = await api.ok("listInstances", { path });
  expect(instances.map(({ type, region }) => `${type} ${region}`)).toEqual([
    "primary ord",
    "replica ams",
    "replica fra",
  ]);
});

test("knows which databases there are", async () => {
  const api = await createHarness();
  expect(await api.refused("listInstances", { path: { db_name: "shop" } })).toMatchObject({
    code: "database_not_found",
  });
});
