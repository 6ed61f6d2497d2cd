import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { destroyDatabase, replaceSigningKey } from "../../src/store/databases.ts";
import { createInstance, destroyReplica } from "../../src/store/instances.ts";
import { RouteCache } from "../../src/store/route-cache.ts";
import type { Route } from "../../src/store/route-cache.ts";
import { createReadyDatabase } from "../../src/store/ready-databases.ts";
import { addDatabase, createStore } from "./harness.ts";

const instance = () => ({ uuid: randomUUID(), location: "ord", createdAt: 0 });

test("leads from a label to the database and the key of its tokens", async () => {
  const store = await createStore("acme");
  const { id } = await addDatabase(store, "acme", "shop");
  expect(await store.routes.find("shop-acme")).toEqual({
    databaseId: id,
    databaseName: "shop",
    hasPrimary: false,
    publicKey: "public",
  });
  expect(await store.routes.find("shop")).toBeUndefined();
});

test("what is known comes at once, also that there is nothing", async () => {
  const store = await createStore("acme");
  await addDatabase(store, "acme", "shop");
  for (const label of ["shop-acme", "nobody-acme"]) {
    expect(store.routes.find(label)).toBeInstanceOf(Promise);
    const found = await store.routes.find(label);
    expect(store.routes.find(label)).toBe(found);
  }
});

test("every change is seen by the next lookup, also of labels that led nowhere", async () => {
  const store = await createStore("acme");
  expect(await store.routes.find("shop-acme")).toBeUndefined();
  const database = await addDatabase(store, "acme", "shop");
  expect(await store.routes.find("shop-acme")).toMatchObject({ hasPrimary: false });

  const primary = await createInstance(store, database, instance());
  const replica = await createInstance(store, database, instance());
  if (primary === "refused" || replica === "refused") throw new Error("refused");
  const labels = ["shop-acme", primary.label, replica.label];
  for (const label of labels) {
    expect(await store.routes.find(label)).toMatchObject({ hasPrimary: true, publicKey: "public" });
  }

  await replaceSigningKey(store, database.id, { privateKey: "new", publicKey: "newer" });
  for (const label of labels) {
    expect(await store.routes.find(label)).toMatchObject({ publicKey: "newer" });
  }

  await destroyReplica(store, database.id, replica.uuid);
  expect(await store.routes.find(replica.label)).toBeUndefined();
  expect(await store.routes.find(primary.label)).toMatchObject({ hasPrimary: true });

  await destroyDatabase(store, database.id);
  for (const label of labels) expect(await store.routes.find(label)).toBeUndefined();
});

test("a database that was stored ready is known at once, as a lookup would find it", async () => {
  const store = await createStore("acme");
  expect(await store.routes.find("shop-acme")).toBeUndefined();
  const signingKey = { privateKey: "private", publicKey: "public" };
  const own = { instanceUuid: randomUUID(), location: "local", createdAt: 0 };
  const ready = { id: randomUUID(), organization: "acme", name: "shop", signingKey, ...own };
  expect(await createReadyDatabase(store, ready)).toEqual({ label: "shop-acme" });
  const learned = store.routes.find("shop-acme");
  expect(learned).toMatchObject({ databaseId: ready.id, hasPrimary: true });
  store.routes.clear();
  expect(await store.routes.find("shop-acme")).toEqual(learned);

  expect(await createReadyDatabase(store, { ...ready, id: randomUUID() })).toBe("exists");
  expect(await store.routes.find("shop-acme")).toEqual(learned);
  await destroyDatabase(store, ready.id);
  expect(await store.routes.find("shop-acme")).toBeUndefined();
});

/** A cache whose lookups end when the test says so. */
function slowCache() {
  const lookups: ((route: Route | undefined) => void)[] = [];
  const cache = new RouteCache(() => new Promise((resolve) => lookups.push(resolve)));
  return { cache, lookups };
}

const route: Route = {
  databaseId: "id",
  databaseName: "shop",
  hasPrimary: true,
  publicKey: "public",
};

test.each([
  ["a change", (cache: RouteCache) => cache.forget(["a"])],
  ["a change of everything", (cache: RouteCache) => cache.clear()],
])("a lookup that %s overtakes is not remembered", async (_, change) => {
  const { cache, lookups } = slowCache();
  const old = cache.find("a");
  change(cache);
  const current = cache.find("a");
  expect(lookups).toHaveLength(2);
  lookups[1]?.({ ...route, publicKey: "newer" });
  expect(await current).toMatchObject({ publicKey: "newer" });
  lookups[0]?.(route);
  expect(await old).toMatchObject({ publicKey: "public" });
  expect(cache.find("a")).toMatchObject({ publicKey: "newer" });
});

test("many at once ask once", async () => {
  const { cache, lookups } = slowCache();
  const found = [cache.find("a"), cache.find("a"), cache.find("a")];
  expect(lookups).toHaveLength(1);
  lookups[0]?.(route);
  for (const each of found) expect(await each).toBe(route);
});

test("a lookup that fails is tried again by the next", async () => {
  let attempts = 0;
  const cache = new RouteCache(async () => {
    attempts += 1;
    if (attempts === 1) throw new Error("disk");
    return route;
  });
  await expect(cache.find("a")).rejects.toThrow("disk");
  expect(await cache.find("a")).toBe(route);
});

test.each([
  ["the label", (cache: RouteCache) => cache.forget(["shop"])],
  ["every label", (cache: RouteCache) => cache.clear()],
])(
  "what was learned of a label is not kept where %s was forgotten meanwhile",
  async (_, forget) => {
    const { cache, lookups } = slowCache();
    cache.expect("shop");
    forget(cache);
    cache.learn("shop", route);
    const found = cache.find("shop");
    lookups[0]?.(undefined);
    expect(await found).toBeUndefined();
  },
);

test("what was learned of a label wins over a lookup that began before", async () => {
  const { cache, lookups } = slowCache();
  const early = cache.find("shop");
  cache.expect("shop");
  cache.learn("shop", route);
  lookups[0]?.(undefined);
  expect(await early).toBeUndefined();
  expect(cache.find("shop")).toBe(route);
});
