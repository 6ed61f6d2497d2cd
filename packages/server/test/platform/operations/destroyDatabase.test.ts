import { expect, test } from "vitest";
import { pendingRemovals } from "../../../src/store/removals.ts";
import { sweepRemovals } from "../../../src/platform/sweep.ts";
import { createHarness } from "../harness.ts";

const path = { db_name: "shop" };

test("destroys the database, its instances, its storage and its addresses", async () => {
  const api = await createHarness();
  const { DbId } = await api.createDatabase("shop", "ord", "ams");
  const { instances } = await api.ok("listInstances", { path });
  expect(await api.store.routes.find("shop-local")).toMatchObject({ databaseId: DbId });

  expect(await api.ok("destroyDatabase", { path })).toEqual({ database: "shop" });

  expect(api.engine.storage).toEqual(new Set());
  expect(await pendingRemovals(api.store)).toEqual([]);
  expect(await api.store.routes.find("shop-local")).toBeUndefined();
  for (const { name } of instances) {
    expect(await api.store.routes.find(`${name}-shop-local`)).toBeUndefined();
  }
  expect(await api.refused("getDatabase", { path })).toMatchObject({ code: "database_not_found" });
  expect(await api.refused("destroyDatabase", { path })).toMatchObject({ status: 404 });
});

test("frees the name for a database with another id", async () => {
  const api = await createHarness();
  const first = await api.createDatabase("shop", "ord");
  await api.ok("destroyDatabase", { path });
  const second = await api.createDatabase("shop");
  expect(second.DbId).not.toBe(first.DbId);
  expect(second.Hostname).toBe(first.Hostname);
});

test("of ten destructions at once, one succeeds", async () => {
  const api = await createHarness();
  await api.createDatabase("shop", "ord");
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => api.ok("destroyDatabase", { path })),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("what the engine could not remove is remembered and swept later", async () => {
  const api = await createHarness();
  const { DbId } = await api.createDatabase("shop", "ord");
  api.engine.down = true;
  await api.ok("destroyDatabase", { path });
  expect(api.engine.storage).toEqual(new Set([DbId]));
  expect(await pendingRemovals(api.store)).toEqual([DbId]);
  expect(api.log).toMatchObject([{ msg: expect.stringContaining(DbId) }]);

  await expect(sweepRemovals(api)).rejects.toThrow("restarting");
  api.engine.down = false;
  expect(await sweepRemovals(api)).toBe(1);
  expect(api.engine.storage).toEqual(new Set());
  expect(await sweepRemovals(api)).toBe(0);
});

test("one whose files cannot be removed keeps no other's from it", async () => {
  const api = await createHarness();
  const stuck = await api.createDatabase("shop", "ord");
  await api.createDatabase("blog", "ord");
  api.engine.down = true;
  await api.ok("destroyDatabase", { path });
  await api.ok("destroyDatabase", { path: { db_name: "blog" } });
  api.engine.down = false;
  const { engine } = api;
  const destroy = async (databaseId: string) => {
    if (databaseId === stuck.DbId) throw new Error("EISDIR");
    await engine.destroy(databaseId);
  };
  await expect(sweepRemovals({ ...api, engine: { destroy } })).rejects.toThrow("EISDIR");
  expect(engine.storage).toEqual(new Set([stuck.DbId]));
  expect(await pendingRemovals(api.store)).toEqual([stuck.DbId]);
});
