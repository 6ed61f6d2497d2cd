import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, pipeline, run, send, values } from "../support/hrana.ts";
import type { TestDatabase } from "../support/server.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.stop();
});

/** A database whose file somebody else made, with these statements. */
async function imported(...statements: readonly string[]): Promise<TestDatabase> {
  const made = join(world.directory, "made.db");
  const handle = new Database(made);
  try {
    for (const sql of statements) handle.exec(sql.replaceAll("FILE", world.secretFile));
  } finally {
    handle.close();
  }
  return await placed(made);
}

/** A database in whose place another file lies. */
async function placed(file: string): Promise<TestDatabase> {
  const database = await world.server.createDatabase();
  const place = world.fileOf(database);
  for (const suffix of ["", "-wal", "-shm"]) rmSync(place + suffix, { force: true });
  copyFileSync(file, place);
  rmSync(file);
  return database;
}

/** What asking for a dump is answered, where that is an error. */
async function dumped({ url, token }: TestDatabase) {
  const response = await fetch(`${url}dump`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: await response.json() };
}

/** Everything a client may try with what is in the file. */
const uses = [
  "SELECT * FROM v",
  "INSERT INTO t (a) VALUES (2)",
  "SELECT * FROM t",
  "UPDATE t SET a = 3",
  "PRAGMA integrity_check",
  "SELECT 1",
];

const table = "CREATE TABLE t (a)";

describe("a database file with a schema made elsewhere", () => {
  it.each([
    ["a view", [table, "CREATE VIEW v AS SELECT readfile('FILE')"]],
    ["a view in another spelling", [table, "CREATE VIEW v AS SELECT \"ReadFile\" /**/ ('FILE')"]],
    [
      "a trigger",
      [table, "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = readfile('FILE'); END"],
    ],
    ["a default", ["CREATE TABLE t (a, b DEFAULT (readfile('FILE')))"]],
    ["a check", ["CREATE TABLE t (a CHECK (length(readfile('FILE')) > a))"]],
    ["a table function in a view", [table, "CREATE VIEW v AS SELECT * FROM fsdir('FILE')"]],
    [
      "a virtual table over a forbidden one",
      [
        table,
        "CREATE VIRTUAL TABLE v USING fts5(data, content='sqlite_dbpage', content_rowid='pgno')",
      ],
    ],
    [
      "functions to load",
      ["CREATE TABLE libsql_wasm_func_table (name TEXT PRIMARY KEY, body TEXT)", table],
    ],
  ])("is refused for %s", async (_, statements) => {
    const database = await imported(...statements);
    const { body } = await pipeline(
      database,
      uses.map((sql) => execute(sql)),
    );
    expect(world.isLeak(JSON.stringify(body))).toBe(false);
    for (const { error } of body.results) expect(error).toMatchObject({ code: "SCHEMA_REFUSED" });
    expect(await dumped(database)).toMatchObject({ status: 400, body: { code: "SCHEMA_REFUSED" } });
    const cursor = await send(
      database,
      "/v3/cursor",
      { batch: { steps: [{ stmt: { sql: "SELECT * FROM v" } }] } },
      database.token,
    );
    expect(cursor.body).toContain("SCHEMA_REFUSED");
  });

  it.each([
    ["text that is not UTF-8", "CAST(x'ff41' AS TEXT)"],
    ["text with a NUL", "'CREATE VIEW v AS SELECT 1' || char(0) || ', readfile(1)'"],
    ["a statement that creates nothing", "'SELECT 1'"],
  ])("is refused where its schema holds %s", async (_, sql) => {
    const database = await imported(
      table,
      "PRAGMA writable_schema = ON",
      `INSERT INTO sqlite_schema VALUES ('view', 'v', 'v', 0, ${sql})`,
    );
    expect((await run(database, "SELECT * FROM t")).code).toMatch(
      /^SCHEMA_REFUSED$|^SQLITE_CORRUPT$/,
    );
    expect(values(await run(world.mine, "SELECT a FROM t"))).toEqual([["1"]]);
  });

  it("is served where it is harmless", async () => {
    const database = await imported(
      "CREATE TABLE t (a PRIMARY KEY, b AS (upper(a)))",
      "CREATE INDEX i ON t (lower(a)) WHERE a <> 'readfile(1)'",
      "CREATE VIEW v AS SELECT a AS readfile FROM t",
      "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END",
      "CREATE VIRTUAL TABLE f USING fts5(a)",
      "INSERT INTO t VALUES ('x')",
    );
    expect(values(await run(database, "SELECT * FROM v"))).toEqual([["x"]]);
  });
});

describe("a database file with texts made elsewhere", () => {
  it("is read whole, and ends no process", async () => {
    const database = await imported(table, "INSERT INTO t VALUES ('a' || char(0) || 'b')");
    expect(values(await run(database, "SELECT a FROM t"))).toEqual([["a\0b"]]);
    const other = await imported(table, "INSERT INTO t VALUES (CAST(x'ff' AS TEXT))");
    expect(await run(other, "SELECT a FROM t")).toMatchObject({ code: "TEXT_NOT_UTF8" });
  });

  it("is refused where they are UTF-16", async () => {
    const database = await imported("PRAGMA encoding = 'UTF-16le'", table);
    expect(await run(database, "SELECT 1")).toMatchObject({
      code: "SCHEMA_REFUSED",
      message: expect.stringContaining("UTF-16"),
    });
  });
});

describe("a file that is no database", () => {
  it.each([
    ["text", (world_: World) => readFileSync(world_.secretFile)],
    ["a database cut short", () => truncated()],
    [
      "a header and noise",
      () => Buffer.concat([truncated().subarray(0, 100), Buffer.alloc(5_000, 7)]),
    ],
  ])("is refused: %s", async (_, content) => {
    const file = join(world.directory, "made.db");
    writeFileSync(file, content(world));
    const database = await placed(file);
    const answer = await run(database, "SELECT * FROM sqlite_schema");
    expect(answer.code).toMatch(/^SQLITE_(?:NOTADB|CORRUPT)$/);
    expect(await dumped(database)).toMatchObject({ status: 500, body: { code: answer.code } });
    expect(world.isLeak(JSON.stringify(answer))).toBe(false);
    expect(values(await run(world.mine, "SELECT a FROM t"))).toEqual([["1"]]);
  });
});

function truncated(): Buffer {
  const file = join(world.directory, "whole.db");
  const handle = new Database(file);
  handle.exec("CREATE TABLE t (a)");
  handle.exec("CREATE TABLE u (a)");
  handle.close();
  const whole = readFileSync(file);
  rmSync(file);
  return whole.subarray(0, whole.length - 5_000);
}
