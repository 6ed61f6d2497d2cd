import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import {
  createDatabase,
  destroyDatabase,
  findDatabase,
  listDatabases,
  replaceSigningKey,
} from "../../src/store/databases.ts";
import { createInstance, listInstances } from "../../src/store/instances.ts";
import { pendingRemovals, removalDone } from "../../src/store/removals.ts";
import { addDatabase, createStore } from "./harness.ts";

const signingKey = { privateKey: "private", publicKey: "public" };

test("labels that collide are told apart, however often", async () => {
  const store = await createStore("b-c", "c");
  const first = await addDatabase(store, "c", "a-b");
  const second = await addDatabase(store, "b-c", "a");
  expect(first.label).toBe("a-b-c");
  expect(second.label).toBe(`a-b-c-${second.id.slice(0, 6)}`);
});

test("a suffix that is taken as well gives way to a longer one", async () => {
  const store = await createStore("acme", "f00d00");
  await addDatabase(store, "f00d00", "x".repeat(56));
  const database = {
    id: "f00d00ab-cdef-4000-8000-000000000000",
    organization: "acme",
    name: "x".repeat(64),
    signingKey,
    createdAt: 0,
  };
  expect(await createDatabase(store, database)).toMatchObject({
    label: `${"x".repeat(50)}-f00d00abcdef`,
  });
});

test("long names that agree at the front are told apart by their ids", async () => {
  const store = await createStore("acme");
  const labels = new Set<string>();
  for (const last of ["a", "b", "c"]) {
    labels.add((await addDatabase(store, "acme", `${"x".repeat(63)}${last}`)).label);
  }
  expect(labels.size).toBe(3);
});

test("a collision of labels leaves nothing behind", async () => {
  const store = await createStore("b-c", "c");
  await addDatabase(store, "c", "a-b");
  await addDatabase(store, "b-c", "a");
  const counts = await store.db.values(
    sql`SELECT (SELECT count(*) FROM databases), (SELECT count(*) FROM hostnames)`,
  );
  expect(counts).toEqual([[2, 2]]);
});

test("an unknown organization is an error, not a database", async () => {
  const store = await createStore();
  const database = { id: randomUUID(), organization: "x", name: "a", signingKey, createdAt: 0 };
  await expect(createDatabase(store, database)).rejects.toThrow(/FOREIGN KEY/);
});

test("lists in steps what does not fit into one", async () => {
  const store = await createStore("acme");
  await store.db.run(sql`
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 25000)
    INSERT INTO databases (organization, name, id, label, regions, private_key, public_key, created_at)
    SELECT 'acme', format('t%06d', n), n, n, '["ord","ams"]', '', '', 0 FROM numbers`);
  const all = await listDatabases(store, "acme");
  expect(all).toHaveLength(25_000);
  expect(new Set(all.map(({ name }) => name)).size).toBe(25_000);
  expect(all.at(-1)).toEqual({
    id: "25000",
    name: "t025000",
    label: "25000",
    regions: ["ord", "ams"],
  });
  expect(await listDatabases(store, "acme", { after: "t024998", limit: 1 })).toMatchObject([
    { name: "t024999" },
  ]);
  expect(await listDatabases(store, "acme", { limit: 20_001 })).toHaveLength(20_001);
});

test("destroying takes everything, and notes the storage in the same step", async () => {
  const store = await createStore("acme");
  const kept = await addDatabase(store, "acme", "kept");
  const gone = await addDatabase(store, "acme", "gone");
  for (const database of [kept, gone]) {
    await createInstance(store, database, { uuid: randomUUID(), location: "ord", createdAt: 0 });
  }
  expect(await destroyDatabase(store, gone.id)).toBe(true);
  expect(await destroyDatabase(store, gone.id)).toBe(false);
  expect(await findDatabase(store, "acme", "gone")).toBeUndefined();
  expect(await listInstances(store, gone.id)).toEqual([]);
  expect(await pendingRemovals(store)).toEqual([gone.id]);
  await removalDone(store, gone.id);
  expect(await pendingRemovals(store)).toEqual([]);
  expect(await listInstances(store, kept.id)).toHaveLength(1);
});

test("only a database that exists gets a new key", async () => {
  const store = await createStore("acme");
  const { id } = await addDatabase(store, "acme", "shop");
  const replacement = { privateKey: "new", publicKey: "newer" };
  expect(await replaceSigningKey(store, randomUUID(), replacement)).toBe(false);
  expect(await replaceSigningKey(store, id, replacement)).toBe(true);
  expect(await findDatabase(store, "acme", "shop")).toMatchObject({ signingKey: replacement });
});
