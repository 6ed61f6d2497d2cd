import { createClient } from "@libsql/client";
import { describe, expect, it } from "vitest";
import { execute, pipeline, run, send, values } from "../support/hrana.ts";
import { engineProcesses, killHard } from "../support/processes.ts";
import { type TestDatabase, useServer } from "../support/server.ts";

const server = useServer();
let database: TestDatabase;

async function fresh(...statements: string[]): Promise<TestDatabase> {
  database = await server.createDatabase();
  for (const sql of statements) await ran(sql);
  return database;
}

async function ran(sql: string, args: unknown[] = []): Promise<unknown[][]> {
  const result = await run(database, sql, args);
  expect(result, `${sql}: ${result.message}`).toHaveProperty("rows");
  return values(result);
}

const text = (value: string) => ({ type: "text", value });
const blob = (hex: string) => ({
  type: "blob",
  base64: Buffer.from(hex, "hex").toString("base64"),
});
const notUtf8 = { code: "TEXT_NOT_UTF8" };

describe("text with NUL is read whole", () => {
  it.each([
    ["made by a function", "SELECT char(97, 0, 98)", []],
    ["sent as an argument", "SELECT ?", [text("a\0b")]],
    ["made of a blob", "SELECT CAST(? AS TEXT)", [blob("610062")]],
    ["made of a blob by the way", "SELECT x'6100' || 'b'", []],
    ["made of JSON", String.raw`SELECT '{"x":"a\u0000b"}' ->> 'x'`, []],
    ["from a table of JSON", "SELECT value FROM json_each(?)", [text('["a\\u0000b"]')]],
    ["by a type that is written as a string", "SELECT CAST(x'610062' AS 'text')", []],
    ["with a comment behind it", "SELECT char(97, 0, 98) -- the end", []],
    ["with a semicolon", "SELECT char(97, 0, 98);", []],
  ])("%s", async (_, sql, args) => {
    await fresh();
    expect(await ran(sql, args)).toEqual([["a\0b"]]);
  });

  it("wherever it was stored, and whatever reads it", async () => {
    await fresh(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
      "CREATE VIEW v AS SELECT a FROM t",
    );
    expect(await ran("SELECT a FROM t")).toEqual([]);
    await ran("INSERT INTO t (a) VALUES (?)", [text("a\0b")]);
    for (const sql of ["SELECT a FROM t", "SELECT * FROM v", "SELECT max(a) FROM t"]) {
      expect(await ran(sql)).toEqual([["a\0b"]]);
    }
    killHard(engineProcesses(process.pid));
    await expect.poll(async () => (await run(database, "SELECT 1")).cols).toBeDefined();
    expect(await ran("SELECT a FROM t")).toEqual([["a\0b"]]);
  });

  it("when a trigger, a default or a generated column made it later", async () => {
    await fresh(
      "CREATE TABLE t (a, b DEFAULT (char(97, 0)), c AS (a || '!'))",
      "CREATE TABLE log (x)",
      "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.c); END",
    );
    await ran("INSERT INTO t (a) VALUES (?)", [blob("0062")]);
    expect(await ran("SELECT b, c FROM t")).toEqual([["a\0", "\0b!"]]);
    expect(await ran("SELECT x FROM log")).toEqual([["\0b!"]]);
  });

  it("but databases that cannot have it are read as fast as ever", async () => {
    await fresh("CREATE TABLE t (a)");
    const clean = Number((await ran("PRAGMA application_id"))[0]?.[0]);
    await ran("INSERT INTO t VALUES ('a' || 1), (lower('B'))");
    await ran("UPDATE t SET a = a || 'c'");
    expect(await ran("PRAGMA application_id")).toEqual([[String(clean)]]);
    await ran("INSERT INTO t VALUES (?)", [blob("00ff")]);
    // A blob alone is harmless; one that is made a text is not.
    expect(await ran("PRAGMA application_id")).toEqual([[String(clean + 1)]]);
    await ran("UPDATE t SET a = a || 'd'");
    expect(await ran("PRAGMA application_id")).toEqual([[String(clean + 3)]]);
  });

  it("in a transaction that is rolled back, and after it", async () => {
    await fresh("CREATE TABLE t (a)");
    const { body } = await pipeline(database, [
      execute("BEGIN"),
      execute("INSERT INTO t VALUES (?)", [text("x\0y")]),
      execute("SELECT a FROM t"),
      execute("ROLLBACK"),
      execute("INSERT INTO t VALUES (?)", [text("z\0")]),
      execute("SELECT a FROM t"),
      { type: "close" },
    ]);
    expect(values(body.results[2].response.result)).toEqual([["x\0y"]]);
    expect(values(body.results[5].response.result)).toEqual([["z\0"]]);
    killHard(engineProcesses(process.pid));
    await expect.poll(async () => (await run(database, "SELECT 1")).cols).toBeDefined();
    expect(await ran("SELECT a FROM t")).toEqual([["z\0"]]);
  });

  it("from RETURNING, with the columns and counts of the statement", async () => {
    await fresh("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB)");
    const inserted = await run(
      database,
      "INSERT INTO t (a, b) VALUES (?1, ?2), ('two', NULL) RETURNING *, a || '!' AS loud, id n, rowid",
      [text("a\0b"), blob("00ff")],
    );
    const names = inserted.cols.map((column: { name: string }) => column.name);
    expect(names.join()).toBe("id,a,b,loud,n,id");
    expect(values(inserted)).toEqual([
      ["1", "a\0b", "AP8", "a\0b!", "1", "1"],
      ["2", "two", null, "two!", "2", "2"],
    ]);
    expect(inserted).toMatchObject({ affected_row_count: 2, last_insert_rowid: "2" });
    const updated = await run(database, "UPDATE t SET a = a || char(0) WHERE id = 1 RETURNING a");
    expect(values(updated)).toEqual([["a\0b\0"]]);
    expect(updated.cols).toMatchObject([{ name: "a", decltype: "TEXT" }]);
    expect(await ran("DELETE FROM t WHERE id = 1 RETURNING a, (SELECT count(*) FROM t)")).toEqual([
      ["a\0b\0", "1"],
    ]);
  });

  it("beside values of every other kind, in their order", async () => {
    await fresh();
    const sql =
      "SELECT char(0) AS a, 1, 9007199254740993, -0.0, 9e999, NULL, x'', x'7400', 'é', '' UNION ALL " +
      "SELECT 'b', 2, -9223372036854775808, 0.1, -9e999, 0, zeroblob(1), 'x', '🙂', char(10) ORDER BY 2 DESC";
    const { cols, rows } = await run(database, sql);
    expect(cols[0]).toEqual({ name: "a", decltype: null });
    expect(rows.map((row: unknown[]) => row.slice(0, 2))).toEqual([
      [text("b"), { type: "integer", value: "2" }],
      [text("\0"), { type: "integer", value: "1" }],
    ]);
    expect(rows[1].slice(2)).toEqual([
      { type: "integer", value: "9007199254740993" },
      { type: "float", value: -0 },
      { type: "float", value: null },
      { type: "null" },
      { type: "blob", base64: "" },
      { type: "blob", base64: "dAA" },
      text("é"),
      text(""),
    ]);
  });

  it("and integers stay what they are beside a column of floats", async () => {
    await fresh("CREATE VIEW hazard AS SELECT char(0)", "CREATE TABLE f (a REAL)");
    await ran("INSERT INTO f VALUES (0.5)");
    for (const end of ["", " ORDER BY 1", " ORDER BY a LIMIT 5"]) {
      const sql = `SELECT a FROM f UNION ALL SELECT 9007199254740993${end}`;
      expect(await ran(sql)).toEqual([[0.5], ["9007199254740993"]]);
    }
    const parts = Array.from({ length: 500 }, (_, index) => `SELECT ${index}`);
    expect(await ran(parts.join(" UNION ALL "))).toHaveLength(500);
    const recursive =
      "WITH RECURSIVE r(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM r WHERE a < 3) SELECT a FROM r ORDER BY -a";
    expect(await ran(recursive)).toEqual([["3"], ["2"], ["1"]]);
    await ran('CREATE TABLE "logicaldb_rows" AS SELECT char(0) AS a');
    expect(await ran('SELECT a FROM "logicaldb_rows"')).toEqual([["\0"]]);
  });

  it("by @libsql/client over HTTP and WebSocket, by cursors and legacy routes", async () => {
    await fresh("CREATE TABLE t (a)");
    for (const url of [database.url, database.url.replace("http:", "ws:")]) {
      const client = createClient({ url, authToken: database.token });
      await client.execute({ sql: "DELETE FROM t" });
      await client.execute({ sql: "INSERT INTO t VALUES (?)", args: ["a\0b"] });
      expect((await client.execute("SELECT a FROM t")).rows[0]?.["a"]).toBe("a\0b");
      client.close();
    }
    const batch = { steps: [{ stmt: { sql: "SELECT a FROM t" } }] };
    const { body } = await send(database, "/v3/cursor", { baton: null, batch }, database.token);
    expect(body).toContain(String.raw`"row":[{"type":"text","value":"a\u0000b"}]`);
    const legacy = await send(database, "/", { statements: ["SELECT a FROM t"] }, database.token);
    expect(legacy.body).toMatchObject([{ results: { rows: [["a\0b"]] } }]);
  });
});

describe("text that is not UTF-8", () => {
  it("does no harm where nobody wants the rows", async () => {
    await fresh("CREATE TABLE t (a)");
    const insert = "INSERT INTO t VALUES (CAST(x'ff' AS TEXT)) RETURNING a";
    const { body } = await pipeline(database, [
      { type: "sequence", sql: `${insert}; SELECT a FROM t; ${insert}` },
      { type: "execute", stmt: { sql: "SELECT a FROM t", want_rows: false } },
      execute("SELECT count(*) FROM t"),
      { type: "close" },
    ]);
    expect(body.results).toMatchObject([{ type: "ok" }, { type: "ok" }, {}, {}]);
    expect(values(body.results[2].response.result)).toEqual([["2"]]);
  });

  it.each([
    "SELECT CAST(x'ff41' AS TEXT)",
    "SELECT 'ok', x'c3' || ''",
    "SELECT lower(x'80')",
    "SELECT strftime(CAST(x'ff' AS TEXT))",
    String.raw`SELECT '"\ud800"' ->> '$'`,
    "SELECT printf('%.1s', 'é')",
    "VALUES (1), (CAST(x'ff' AS TEXT))",
    "WITH a AS (SELECT x'ff' || '' AS b) SELECT b FROM a",
  ])("fails the statement that reads it, and nothing else: %s", async (sql) => {
    await fresh();
    const { status, body } = await pipeline(database, [
      execute("BEGIN"),
      execute("CREATE TABLE kept (a)"),
      execute(sql),
      execute("SELECT count(*) FROM kept"),
      execute("COMMIT"),
    ]);
    expect(status).toBe(200);
    const types = body.results.map((each: { type: string }) => each.type);
    expect(types.join()).toBe("ok,ok,error,ok,ok");
    expect(body.results[2].error).toMatchObject(notUtf8);
  });

  it("can be stored, measured and read as bytes", async () => {
    await fresh("CREATE TABLE t (id INTEGER PRIMARY KEY, a)");
    await ran("INSERT INTO t (a) VALUES (CAST(x'ff41' AS TEXT))");
    expect(await run(database, "SELECT a FROM t")).toMatchObject(notUtf8);
    expect(await run(database, "UPDATE t SET id = 2 RETURNING a")).toMatchObject(notUtf8);
    expect(await ran("SELECT typeof(a), hex(a), CAST(a AS BLOB) FROM t")).toEqual([
      ["text", "FF41", "/0E"],
    ]);
  });

  it("ends no engine process where a program shows its bytes", async () => {
    await fresh(
      "CREATE VIEW v AS SELECT x'ff41' AS a",
      "CREATE TABLE plain (a)",
      "CREATE INDEX i ON plain (a)",
    );
    const before = engineProcesses(process.pid);
    for (const sql of [
      "EXPLAIN SELECT x'ff41'",
      "EXPLAIN SELECT * FROM v",
      "/* explain query plan */ EXPLAIN SELECT x'ff41'",
      "-- explain query\nEXPLAIN SELECT x'ff41'",
    ]) {
      expect(await run(database, sql)).toMatchObject({ code: "SQL_INPUT_ERROR" });
    }
    expect(await ran("EXPLAIN QUERY PLAN SELECT * FROM v")).not.toEqual([]);
    expect(await ran("/* why */ EXPLAIN QUERY PLAN SELECT x'ff41'")).not.toEqual([]);
    expect(engineProcesses(process.pid)).toEqual(before);
    await fresh();
    expect(await ran("EXPLAIN SELECT x'41', char(0)")).not.toEqual([]);
  });

  it("ends no engine process where a program shows the end of a range", async () => {
    await fresh("CREATE TABLE t (a TEXT)", "CREATE INDEX i ON t (a)");
    const before = engineProcesses(process.pid);
    for (const [sql, ...args] of [
      ["EXPLAIN SELECT a FROM t WHERE a GLOB 'суп*'"],
      ["EXPLAIN SELECT a FROM t WHERE a GLOB '\u007f*'"],
      ["EXPLAIN SELECT a FROM t WHERE a GLOB ?", text("суп*")],
    ] as const) {
      expect(await run(database, sql, args)).toMatchObject({ code: "SQL_INPUT_ERROR" });
    }
    expect(await ran("EXPLAIN SELECT a FROM t WHERE a GLOB 'суд*'")).not.toEqual([]);
    expect(await ran("EXPLAIN SELECT 'суп'")).not.toEqual([]);
    expect(engineProcesses(process.pid)).toEqual(before);
  });

  it.each(["fts5 (a)", "rtree (a, b, c)"])(
    "leaves a transaction as it is that wrote to a table of %s",
    async (module) => {
      await fresh(`CREATE VIRTUAL TABLE f USING ${module}`);
      const before = engineProcesses(process.pid);
      const { body } = await pipeline(database, [
        execute("BEGIN"),
        execute(`INSERT INTO f VALUES (${module.startsWith("fts5") ? "'x'" : "1, 2, 3"})`),
        execute("SELECT CAST(x'ff' AS TEXT) UNION ALL SELECT 1"),
        execute("SELECT 1"),
        execute("COMMIT"),
        { type: "close" },
      ]);
      const types = body.results.map((each: { type: string }) => each.type);
      expect(types.join()).toBe("ok,ok,error,ok,ok,ok");
      expect(await ran("SELECT count(*) FROM f")).toEqual([["1"]]);
      expect(engineProcesses(process.pid)).toEqual(before);
    },
  );
});
