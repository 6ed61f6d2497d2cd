import { describe, expect, it } from "vitest";
import { execute, pipeline, run, send, values } from "../support/hrana.ts";
import { useDatabase, useServer } from "../support/server.ts";

const server = useServer();
const database = useDatabase(server);

/** Runs statements on a stream of their own; the rows of the last one. */
async function rowsOf(...statements: string[]): Promise<unknown[][]> {
  const { body } = await pipeline(database, [
    ...statements.map((sql) => execute(sql)),
    { type: "close" },
  ]);
  const results = body.results.slice(0, -1);
  for (const [index, result] of results.entries()) {
    expect(result, `${statements[index]}: ${JSON.stringify(result.error)}`).toMatchObject({
      type: "ok",
    });
  }
  return values(results.at(-1).response.result);
}

describe("results", () => {
  it("have every column, also those of the same name", async () => {
    const result = await run(database, "SELECT 1 AS a, 2 AS a, 3 AS b, 4 AS a");
    expect(result.cols.map((column: { name: string }) => column.name)).toEqual([
      "a",
      "a",
      "b",
      "a",
    ]);
    expect(values(result)).toEqual([["1", "2", "3", "4"]]);
  });

  it("tell the declared type as it was written", async () => {
    await run(database, "CREATE TABLE declared (a VARCHAR(10), b, c my type, d F32_BLOB(3))");
    const { cols } = await run(database, "SELECT *, a AS x, a || 1 AS y, rowid FROM declared");
    expect(cols.map((column: { decltype: string }) => column.decltype)).toEqual([
      "VARCHAR(10)",
      null,
      "my type",
      "F32_BLOB(3)",
      "VARCHAR(10)",
      null,
      "INTEGER",
    ]);
  });

  it("of RETURNING count and return", async () => {
    await run(database, "CREATE TABLE returned (id INTEGER PRIMARY KEY, v)");
    const inserted = await run(
      database,
      "INSERT INTO returned (v) VALUES ('a'), ('b') RETURNING id, v || '!' AS loud",
    );
    expect(values(inserted)).toEqual([
      ["1", "a!"],
      ["2", "b!"],
    ]);
    expect(inserted).toMatchObject({ affected_row_count: 2, last_insert_rowid: "2" });
    const updated = await run(database, "UPDATE returned SET v = 'c' RETURNING id");
    expect(updated).toMatchObject({ affected_row_count: 2, last_insert_rowid: null });
    const none = await run(database, "DELETE FROM returned WHERE id > 9 RETURNING *");
    expect(none).toMatchObject({ rows: [], affected_row_count: 0 });
    expect(none.cols).toHaveLength(2);
  });

  it("of upserts count what changed", async () => {
    await run(database, "CREATE TABLE upserted (k PRIMARY KEY, n)");
    const upsert =
      "INSERT INTO upserted VALUES ('x', 1) ON CONFLICT (k) DO UPDATE SET n = n + 1 RETURNING n";
    expect(values(await run(database, upsert))).toEqual([["1"]]);
    expect(await run(database, upsert)).toMatchObject({ affected_row_count: 1 });
    const ignored = await run(database, "INSERT OR IGNORE INTO upserted VALUES ('x', 9)");
    expect(ignored).toMatchObject({ affected_row_count: 0 });
  });

  it("have row ids of 64 bits", async () => {
    await run(database, "CREATE TABLE wide (id INTEGER PRIMARY KEY)");
    for (const id of ["9007199254740993", "-9223372036854775808", "9223372036854775807"]) {
      const result = await run(database, "INSERT INTO wide VALUES (?)", [
        { type: "integer", value: id },
      ]);
      expect(result.last_insert_rowid).toBe(id);
    }
    expect(values(await run(database, "SELECT id FROM wide ORDER BY id"))).toEqual([
      ["-9223372036854775808"],
      ["9007199254740993"],
      ["9223372036854775807"],
    ]);
  });

  it("of EXPLAIN are its rows", async () => {
    await run(database, "CREATE TABLE explained (a PRIMARY KEY)");
    const plan = await run(database, "EXPLAIN QUERY PLAN SELECT * FROM explained WHERE a = 1");
    expect(values(plan).at(-1)?.at(-1)).toContain("INDEX sqlite_autoindex");
    const { cols, rows } = await run(database, "EXPLAIN INSERT INTO explained VALUES (1)");
    expect(cols[1].name).toBe("opcode");
    expect(rows.length).toBeGreaterThan(5);
    expect(await rowsOf("SELECT count(*) FROM explained")).toEqual([["0"]]);
  });

  it.each([
    "EXPLAIN INSERT INTO kept VALUES (1)",
    "EXPLAIN SELECT * FROM kept",
    "EXPLAIN QUERY PLAN SELECT * FROM kept",
    "SELECT * FROM kept",
    "INSERT INTO kept VALUES (9) RETURNING a",
    "PRAGMA table_info(kept)",
    "PRAGMA quick_check",
  ])("of %s do not keep their connection at their moment", async (sql) => {
    const other = await server.createDatabase();
    await run(other, "CREATE TABLE kept (a)");
    await run(other, "INSERT INTO kept VALUES (1), (2)");
    const { body } = await pipeline(other, [execute(sql), execute("SELECT 1")]);
    expect(body.results[0]).toMatchObject({ type: "ok" });
    await run(other, "INSERT INTO kept VALUES ('new')");
    const later = await pipeline(other, [execute("SELECT a FROM kept ORDER BY rowid DESC")], {
      baton: body.baton,
    });
    expect(values(later.body.results[0].response.result)[0]).toEqual(["new"]);
  });
});

describe("what libSQL can do", () => {
  it("searches text", async () => {
    expect(
      await rowsOf(
        "CREATE VIRTUAL TABLE docs USING fts5(title, body, tokenize = 'porter')",
        "INSERT INTO docs VALUES ('one', 'running foxes'), ('two', 'lazy dogs')",
        "SELECT title, highlight(docs, 1, '<', '>'), bm25(docs) < 0 FROM docs WHERE docs MATCH 'run'",
      ),
    ).toEqual([["one", "<running> foxes", "1"]]);
  });

  it("reads and makes JSON", async () => {
    expect(
      await rowsOf(
        `SELECT '{"a":[1,{"b":2}]}' ->> '$.a[1].b', json_group_array(value), json_type('[1.5]', '$[0]')
         FROM json_each('[3,4]')`,
      ),
    ).toEqual([["2", "[3,4]", "real"]]);
  });

  it("finds rectangles", async () => {
    expect(
      await rowsOf(
        "CREATE VIRTUAL TABLE areas USING rtree(id, x0, x1, y0, y1)",
        "INSERT INTO areas VALUES (1, 0, 1, 0, 1), (2, 5, 6, 5, 6)",
        "SELECT id FROM areas WHERE x0 >= 4 AND y1 <= 7",
      ),
    ).toEqual([["2"]]);
  });

  it("finds neighbours of a vector", async () => {
    expect(
      await rowsOf(
        "CREATE TABLE movies (title TEXT, at F32_BLOB(3))",
        "CREATE INDEX movies_at ON movies (libsql_vector_idx(at, 'metric=cosine'))",
        "INSERT INTO movies VALUES ('near', vector32('[1,2,3]')), ('far', vector32('[-3,0,1]'))",
        `SELECT title, vector_extract(at), round(vector_distance_cos(at, '[1,2,3]'), 3)
         FROM vector_top_k('movies_at', '[1,2,3]', 2) JOIN movies ON movies.rowid = id`,
      ),
    ).toEqual([
      ["near", "[1,2,3]", 0],
      ["far", "[-3,0,1]", 1],
    ]);
  });

  it("alters columns", async () => {
    await rowsOf(
      "CREATE TABLE alterable (id INTEGER PRIMARY KEY, v TEXT)",
      "ALTER TABLE alterable ALTER COLUMN v TO v TEXT NOT NULL DEFAULT 'none'",
      "INSERT INTO alterable (id) VALUES (1)",
    );
    expect(await rowsOf("SELECT v FROM alterable")).toEqual([["none"]]);
    expect(await run(database, "INSERT INTO alterable (v) VALUES (NULL)")).toMatchObject({
      code: "SQLITE_CONSTRAINT",
    });
  });

  it("says which constraint it was", async () => {
    await run(database, "CREATE TABLE strict (a UNIQUE CHECK (a > 0))");
    await run(database, "INSERT INTO strict VALUES (1)");
    expect(await run(database, "INSERT INTO strict VALUES (1)")).toEqual({
      message: "SQLite error: UNIQUE constraint failed: strict.a",
      code: "SQLITE_CONSTRAINT",
      extended_code: "SQLITE_CONSTRAINT_UNIQUE",
    });
    expect(await run(database, "INSERT INTO strict VALUES (0)")).toMatchObject({
      extended_code: "SQLITE_CONSTRAINT_CHECK",
    });
    expect(await run(database, "SELECT nothing")).not.toHaveProperty("extended_code");
  });

  it("runs sequences with triggers, comments and strings that look like ends", async () => {
    const sql = `
      CREATE TABLE stock (n); CREATE TABLE moves (n, note); -- a comment; with END;
      CREATE TRIGGER moved AFTER UPDATE ON stock WHEN new.n <> old.n BEGIN
        INSERT INTO moves VALUES (new.n - old.n, CASE WHEN new.n > old.n THEN 'in; END;' ELSE 'out' END);
        /* ; END; */ UPDATE stock SET n = new.n WHERE 0;
      END;
      INSERT INTO stock VALUES (1); UPDATE stock SET n = 5;;
      UPDATE stock SET n = 2`;
    const { body } = await pipeline(database, [{ type: "sequence", sql }]);
    expect(body.results[0]).toMatchObject({ type: "ok" });
    expect(await rowsOf("SELECT n, note FROM moves")).toEqual([
      ["4", "in; END;"],
      ["-3", "out"],
    ]);
  });
});

describe("pragmas that tools use", () => {
  it("change nothing where they are described, or have wrong arguments", async () => {
    const reader = await server.mint(database.name, "?authorization=read-only");
    const described = { type: "describe", sql: "PRAGMA foreign_keys = OFF" };
    const wrong = execute("PRAGMA foreign_keys = OFF", [{ type: "null" }, { type: "null" }]);
    for (const request of [described, wrong]) {
      await pipeline(database, [request, { type: "close" }], { token: reader });
      expect(await rowsOf("PRAGMA foreign_keys")).toEqual([["1"]]);
    }
  });

  it.each([
    ["PRAGMA foreign_keys", [["1"]]],
    ["PRAGMA user_version", [["0"]]],
    ["PRAGMA page_size", [["4096"]]],
    ["PRAGMA journal_mode", [["wal"]]],
    ["PRAGMA encoding", [["UTF-8"]]],
    ["PRAGMA integrity_check", [["ok"]]],
    ["PRAGMA quick_check", [["ok"]]],
    ["PRAGMA foreign_key_check", []],
  ])("%s", async (sql, rows) => {
    const fresh = await server.createDatabase();
    expect(values(await run(fresh, sql))).toEqual(rows);
  });

  it("describe tables, their columns, indexes and keys", async () => {
    await rowsOf(
      "CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'x' UNIQUE)",
      "CREATE TABLE pet (owner REFERENCES owner (id) ON DELETE CASCADE)",
    );
    expect(await rowsOf("PRAGMA table_info(owner)")).toEqual([
      ["0", "id", "INTEGER", "0", null, "1"],
      ["1", "name", "TEXT", "1", "'x'", "0"],
    ]);
    expect(await rowsOf("PRAGMA table_xinfo('owner')")).toHaveLength(2);
    expect(await rowsOf("PRAGMA index_list(owner)")).toMatchObject([
      ["0", "sqlite_autoindex_owner_1", "1", "u", "0"],
    ]);
    expect(await rowsOf("PRAGMA index_info(sqlite_autoindex_owner_1)")).toEqual([
      ["0", "1", "name"],
    ]);
    expect(await rowsOf("PRAGMA foreign_key_list(pet)")).toMatchObject([
      ["0", "0", "owner", "owner", "id", "NO ACTION", "CASCADE", "NONE"],
    ]);
    expect(await rowsOf("SELECT name FROM pragma_table_info('pet')")).toEqual([["owner"]]);
  });

  it("set what belongs to the file", async () => {
    await rowsOf("PRAGMA user_version = 42");
    expect(await rowsOf("PRAGMA user_version")).toEqual([["42"]]);
  });
});

describe("text", () => {
  it("in SQL ends at a NUL for nobody", async () => {
    expect(await run(database, "SELECT 1 \0 garbage")).toMatchObject({ code: "SQL_PARSE_ERROR" });
    expect(await run(database, "SELECT 'a\0b'")).toMatchObject({ code: "SQL_PARSE_ERROR" });
  });

  it("with half a character is refused, as JSON and as bytes", async () => {
    const half = String.raw`{"requests":[{"type":"execute","stmt":{"sql":"SELECT ?","args":[{"type":"text","value":"\ud83e"}]}}]}`;
    const answer = await send(database, "/v3/pipeline", half, database.token);
    expect(answer).toMatchObject({ status: 400, body: { code: "INVALID_REQUEST" } });
    const response = await fetch(`${database.url}v3/pipeline`, {
      method: "POST",
      headers: { authorization: `Bearer ${database.token}` },
      body: Buffer.from(half.replace(String.raw`\ud83e`, "\u00ff"), "latin1"),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "INVALID_JSON" });
  });
});
