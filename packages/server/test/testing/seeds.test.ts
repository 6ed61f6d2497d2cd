import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient } from "@libsql/client";
import { ApiError, attempt, DatabaseExistsError } from "@logicaldb/client";
import { startPlatform, type Seed, type TestPlatform } from "@logicaldb/server/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answers, query } from "./answers.ts";

let platform: TestPlatform;
let directory: string;
beforeAll(async () => {
  platform = await startPlatform();
  directory = await mkdtemp(join(tmpdir(), "logicaldb-seeds-"));
});
afterAll(async () => {
  await platform.stop();
  await rm(directory, { recursive: true });
});

const schema =
  "CREATE TABLE notes (text); INSERT INTO notes VALUES ('one'); -- and\nINSERT INTO notes VALUES ('two')";
const notes = "SELECT text FROM notes ORDER BY 1";

/** A SQLite file, written by another program that still has it open. */
async function sqliteFile(name: string) {
  const path = join(directory, name);
  const writer = createClient({ url: pathToFileURL(path).href });
  await writer.execute("PRAGMA journal_mode = WAL");
  await writer.executeMultiple(schema);
  return { path, close: () => writer.close() };
}

test("without a seed, a database is empty, and like any other", async () => {
  const database = await platform.createDatabase("empty");
  expect(await answers(database)).toBe(true);
  const { databases, instances } = platform.client;
  const listed = await databases.get("empty");
  expect(listed).toMatchObject({ DbId: database.id, regions: ["local"], primaryRegion: "local" });
  expect(database.url).toBe(`http://${listed.Hostname}`);
  expect(await instances.list("empty")).toMatchObject([{ type: "primary", region: "local" }]);
  expect(await answers(await databases.connect("empty"))).toBe(true);
  await databases.tokens.invalidateAll("empty");
  await expect(answers(database)).rejects.toThrow(/AUTH_JWT_INVALID/);
  await databases.destroy("empty");
  await expect(answers(database)).rejects.toThrow(/DATABASE_NOT_FOUND/);
});

test("SQL text, a file of it, a SQLite file, a function and a template fill a database", async () => {
  const sqlFile = join(directory, "notes.sql");
  await writeFile(sqlFile, schema);
  const { path: databaseFile, close } = await sqliteFile("notes.db");
  const seeds: Record<string, Seed> = {
    text: schema,
    "sql-file": { sqlFile },
    "sql-url": { sqlFile: pathToFileURL(sqlFile) },
    "sql-url-as-text": { sqlFile: pathToFileURL(sqlFile).href },
    "database-file": { databaseFile },
    "database-url": { databaseFile: pathToFileURL(databaseFile) },
    function: async ({ url, authToken }) => {
      await createClient({ url, authToken }).executeMultiple(schema);
    },
    template: await platform.template(schema),
    "template-of-a-file": await platform.template({ databaseFile }),
    "template-of-a-template": await platform.template(await platform.template({ sqlFile })),
  };
  for (const [name, seed] of Object.entries(seeds)) {
    const database = await platform.createDatabase(name, seed);
    expect([name, await query(database, notes)]).toEqual([name, ["one", "two"]]);
    await createClient(database).execute("INSERT INTO notes VALUES ('three')");
  }
  close();
});

test("copies of a template are their own, and so are their tokens", async () => {
  const template = await platform.template(schema);
  const organization = await platform.organization();
  const [one, other] = await Promise.all(
    ["one", "other"].map((name) => organization.createDatabase(name, template)),
  );
  if (one === undefined || other === undefined) throw new Error("there are two");
  await query(one, "DELETE FROM notes");
  expect(await query(other, notes)).toEqual(["one", "two"]);
  const stranger = { url: other.url, authToken: one.authToken };
  await expect(answers(stranger)).rejects.toThrow(/AUTH_JWT_INVALID/);
  const later = await organization.createDatabase("later", template);
  expect(await query(later, notes)).toEqual(["one", "two"]);
});

test("a template has what was committed, and no more", async () => {
  const template = await platform.template(async (database) => {
    const client = createClient(database);
    await client.executeMultiple(schema);
    const transaction = await client.transaction("write");
    await transaction.execute("INSERT INTO notes VALUES ('never')");
  });
  const database = await platform.createDatabase("committed", template);
  expect(await query(database, notes)).toEqual(["one", "two"]);
});

test("a template stays after a reset, and is in no list", async () => {
  const template = await platform.template(schema);
  expect((await platform.client.organizations.list()).map(({ slug }) => slug)).not.toContainEqual(
    expect.stringMatching(/^template/),
  );
  await platform.reset();
  const database = await platform.createDatabase("after-reset", template);
  expect(await query(database, notes)).toEqual(["one", "two"]);
});

test.each<[string, Seed, RegExp]>([
  ["SQL that is wrong", "CREATE TABLE t (x); INSERT INTO nowhere VALUES (1)", /nowhere/],
  ["SQL that no tenant may run", "ATTACH 'other.db' AS other", /ATTACH/i],
  ["a function that throws", () => Promise.reject(new Error("no fixtures")), /no fixtures/],
  ["a file that is not there", { sqlFile: "/nowhere/notes.sql" }, /ENOENT/],
  ["SQL that leaves a transaction open", "BEGIN; CREATE TABLE t (x)", /end it with COMMIT/],
  ["a database file that is not there", { databaseFile: "/nowhere/notes.db" }, /ENOENT/],
])("%s leaves no database behind", async (_, seed, reason) => {
  const organization = await platform.organization();
  await expect(organization.createDatabase("half", seed)).rejects.toThrow(reason);
  expect(await organization.client.databases.list()).toEqual([]);
  await expect(platform.template(seed)).rejects.toThrow(reason);
  expect(await answers(await organization.createDatabase("half"))).toBe(true);
});

test("a file of SQL that is wrong is named", async () => {
  const sqlFile = join(directory, "wrong.sql");
  await writeFile(sqlFile, "CREATE TABLE t (x); BAD");
  await expect(platform.createDatabase("wrong", { sqlFile })).rejects.toThrow(
    new RegExp(`^${sqlFile}: .*BAD`),
  );
});

test.each([5, null, { sqlfile: "notes.sql" }])("what is no seed is told so: %j", async (none) => {
  const organization = await platform.organization();
  // @ts-expect-error as a program in plain JavaScript might
  await expect(organization.createDatabase("none", none)).rejects.toThrow(/^A seed is SQL text/);
});

test("a SQLite file that cannot be served is refused", async () => {
  const databaseFile = join(directory, "utf-16.db");
  const writer = createClient({ url: pathToFileURL(databaseFile).href });
  await writer.executeMultiple("PRAGMA encoding = 'UTF-16'; CREATE TABLE t (a)");
  writer.close();
  await expect(platform.createDatabase("utf-16", { databaseFile })).rejects.toThrow(/UTF-8/);
});

test("a file that is no SQLite database is refused by name", async () => {
  const databaseFile = join(directory, "text.db");
  await writeFile(
    databaseFile,
    "this is not a database, but it is longer than its header\n".repeat(20),
  );
  await expect(platform.createDatabase("text", { databaseFile })).rejects.toThrow(
    `${databaseFile} is no SQLite database`,
  );
  expect((await attempt(platform.client.databases.get("text"))).error).toBeDefined();
});

test("a name that is taken or impossible is refused as by the API, and spares its neighbours", async () => {
  const organization = await platform.organization();
  const first = await organization.createDatabase("taken");
  const [again, other, wrong] = await Promise.allSettled(
    ["taken", "free", "Not A Name"].map((name) => organization.createDatabase(name)),
  );
  expect(again).toMatchObject({ status: "rejected", reason: { code: "database_exists" } });
  expect(again).toHaveProperty("reason", expect.any(DatabaseExistsError));
  expect(other).toMatchObject({ status: "fulfilled" });
  expect(wrong).toHaveProperty("reason", expect.any(ApiError));
  expect(wrong).toMatchObject({ status: "rejected", reason: { code: "invalid_input" } });
  expect(await answers(first)).toBe(true);
});

test("names whose addresses meet get different ones", async () => {
  const [short, long] = await Promise.all([
    platform.organization({ slug: "c" }),
    platform.organization({ slug: "b-c" }),
  ]);
  const [one, other] = await Promise.all([
    short.createDatabase("a-b", "CREATE TABLE of_c (x)"),
    long.createDatabase("a", "CREATE TABLE of_bc (x)"),
  ]);
  const tables = "SELECT name FROM sqlite_schema";
  expect(await query(one, tables)).toEqual(["of_c"]);
  expect(await query(other, tables)).toEqual(["of_bc"]);
});

test("hundreds of tenants are created and queried at once", async () => {
  const { createDatabase } = await platform.organization();
  const template = await platform.template(schema);
  const names = Array.from({ length: 200 }, (_, index) => `tenant-${index}`);
  const tenants = await Promise.all(names.map((name) => createDatabase(name, template)));
  const found = await Promise.all(tenants.map((tenant) => query(tenant, notes)));
  expect(found).toEqual(names.map(() => ["one", "two"]));
});
