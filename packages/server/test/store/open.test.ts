import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { listApiTokens, replaceApiToken } from "../../src/store/api-tokens.ts";
import { listDatabases } from "../../src/store/databases.ts";
import { openStore } from "../../src/store/open.ts";
import {
  ensurePersonalOrganization,
  listMembers,
  listOrganizations,
} from "../../src/store/organizations.ts";
import { addDatabase, createStore, temporaryUrl } from "./harness.ts";

test("a store that is opened again has what it had", async () => {
  const url = await temporaryUrl();
  for (const round of [0, 1, 2]) {
    const store = await openStore({ url });
    const counts = await store.db.values(sql`SELECT count(*) FROM __drizzle_migrations`);
    expect(counts).toEqual([[1]]);
    await ensurePersonalOrganization(store, `user-${round}`, 0);
    for (let user = 0; user <= round; user += 1) {
      expect(await listOrganizations(store, `user-${user}`)).toHaveLength(1);
    }
    store.close();
  }
});

test("a store that a later version has written is refused, and left as it is", async () => {
  const url = await temporaryUrl();
  const store = await openStore({ url });
  const later = Date.UTC(2100, 0);
  await store.db.run(
    sql`INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', ${later})`,
  );
  store.close();
  await expect(openStore({ url })).rejects.toThrow(/later version of logicaldb: start that, or/);
  await expect(openStore({ url })).rejects.toThrow(/later version/);
});

test("a new store can be opened many times at once", async () => {
  const url = await temporaryUrl();
  const stores = await Promise.all(Array.from({ length: 5 }, () => openStore({ url })));
  for (const store of stores) {
    expect(await listOrganizations(store, "nobody")).toEqual([]);
    store.close();
  }
});

test("a file that cannot be opened is an error that names it", async () => {
  await expect(openStore({ url: "file:/nowhere/at/all/store.db" })).rejects.toThrow();
});

test("what was acknowledged survives the sudden death of the process", async () => {
  const url = await temporaryUrl();
  const script = `
    const { openStore } = await import(${JSON.stringify(new URL("../../dist/store/open.js", import.meta.url))});
    const { ensurePersonalOrganization } = await import(${JSON.stringify(new URL("../../dist/store/organizations.js", import.meta.url))});
    const store = await openStore({ url: ${JSON.stringify(url)} });
    for (let count = 0; count < 20; count += 1) await ensurePersonalOrganization(store, "user-" + count, 0);
    process.kill(process.pid, "SIGKILL");`;
  const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  await expect(run).rejects.toMatchObject({ signal: "SIGKILL" });
  const store = await openStore({ url });
  for (let count = 0; count < 20; count += 1) {
    const username = `user-${count}`;
    expect(await listMembers(store, username)).toEqual([{ username, role: "owner" }]);
  }
  store.close();
});

test("two processes can write to one store", async () => {
  const url = await temporaryUrl();
  const [one, other] = [await openStore({ url }), await openStore({ url })];
  const token = { id: "id", username: "local", name: "default", hash: "hash", createdAt: 0 };
  await ensurePersonalOrganization(one, "local", 0);
  await Promise.all([
    addDatabase(one, "local", "shop"),
    replaceApiToken(other, token),
    addDatabase(one, "local", "shop-2"),
  ]);
  expect(await listApiTokens(one, "local")).toMatchObject([{ name: "default" }]);
  expect(await listDatabases(other, "local")).toHaveLength(2);
  one.close();
  other.close();
});

test("the tables refuse what must not be, whoever writes it", async () => {
  const store = await createStore("local");
  const { id } = await addDatabase(store, "local", "shop");
  const insertInstance = (uuid: string, type: string) =>
    store.db.run(sql`
      INSERT INTO instances (uuid, database_id, name, label, type, location, created_at)
      VALUES (${uuid}, ${id}, ${uuid}, ${uuid}, ${type}, 'ord', 0)`);
  const because = (reason: string) => ({ cause: { message: expect.stringContaining(reason) } });
  await insertInstance("one", "primary");
  await expect(insertInstance("two", "primary")).rejects.toMatchObject(because("UNIQUE"));
  await expect(insertInstance("three", "king")).rejects.toMatchObject(because("CHECK"));
  const deletion = store.db.run(sql`DELETE FROM databases`);
  await expect(deletion).rejects.toMatchObject(because("FOREIGN KEY"));
});
