import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { destroyDatabase, findDatabase } from "../../src/store/databases.ts";
import {
  createInstance,
  destroyReplica,
  listInstances,
  maxInstances,
} from "../../src/store/instances.ts";
import type { Store } from "../../src/store/store.ts";
import { addDatabase, createStore } from "./harness.ts";

async function add(store: Store, database: { id: string; label: string }, location = "ord") {
  const instance = { uuid: randomUUID(), location, createdAt: 0 };
  const created = await createInstance(store, database, instance);
  if (created === "refused") throw new Error("refused");
  return created;
}

test("regions follow the instances, each once, the primary's first", async () => {
  const store = await createStore("acme");
  const database = await addDatabase(store, "acme", "shop");
  const regions = async () => (await findDatabase(store, "acme", "shop"))?.regions;
  await add(store, database, "ord");
  const one = await add(store, database, "ams");
  const other = await add(store, database, "ams");
  await add(store, database, "fra");
  const besidePrimary = await add(store, database, "ord");
  expect(await regions()).toEqual(["ord", "ams", "fra"]);
  await destroyReplica(store, database.id, one.uuid);
  expect(await regions()).toEqual(["ord", "ams", "fra"]);
  await destroyReplica(store, database.id, other.uuid);
  expect(await regions()).toEqual(["ord", "fra"]);
  await destroyReplica(store, database.id, besidePrimary.uuid);
  expect(await regions()).toEqual(["ord", "fra"]);
});

test("a primary is never deleted as a replica", async () => {
  const store = await createStore("acme");
  const database = await addDatabase(store, "acme", "shop");
  const primary = await add(store, database);
  expect(await destroyReplica(store, database.id, primary.uuid)).toBe(false);
  expect(await listInstances(store, database.id)).toEqual([primary]);
  expect(await destroyReplica(store, database.id, randomUUID())).toBe(false);
});

test("a database that is gone gets no instance", async () => {
  const store = await createStore("acme");
  const database = await addDatabase(store, "acme", "shop");
  await destroyDatabase(store, database.id);
  const instance = { uuid: randomUUID(), location: "ord", createdAt: 0 };
  expect(await createInstance(store, database, instance)).toBe("refused");
});

test("the number of instances is bounded, as the contract bounds their list", async () => {
  const store = await createStore("acme");
  const database = await addDatabase(store, "acme", "shop");
  await store.db.run(sql`
    WITH RECURSIVE numbers (n) AS (
      SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${maxInstances - 1}
    )
    INSERT INTO instances (uuid, database_id, name, label, type, location, created_at)
    SELECT n, ${database.id}, n, n, iif(n = 1, 'primary', 'replica'), 'ord', 0 FROM numbers`);
  expect(await add(store, database)).toMatchObject({ type: "replica" });
  const instance = { uuid: randomUUID(), location: "ord", createdAt: 0 };
  expect(await createInstance(store, database, instance)).toBe("refused");
});
