import { describe, expect, it } from "vitest";
import { execute, pipeline, run, send, values } from "../support/hrana.ts";
import { useDatabase, useServer } from "../support/server.ts";

const server = useServer();
const database = useDatabase(server);

describe("version probes", () => {
  it.each(["/v1", "/v2", "/v3", "/v3-protobuf"])("answers GET %s without a token", async (path) => {
    expect((await fetch(database.url.replace(/\/$/, "") + path)).status).toBe(200);
  });
});

describe("execute", () => {
  it("returns columns, rows and counters", async () => {
    await run(database, "CREATE TABLE counted (a INT, b)");
    expect(await run(database, "INSERT INTO counted VALUES (1, 'x'), (2, 'y')")).toMatchObject({
      cols: [],
      rows: [],
      affected_row_count: 2,
      last_insert_rowid: "2",
    });
    const result = await run(database, "SELECT a, b FROM counted");
    expect(result.cols).toEqual([
      { name: "a", decltype: "INT" },
      { name: "b", decltype: null },
    ]);
    expect(values(result)).toEqual([
      ["1", "x"],
      ["2", "y"],
    ]);
    expect(result).toMatchObject({ affected_row_count: 0, last_insert_rowid: null });
  });

  it("counts what UPDATE, DELETE and RETURNING change", async () => {
    await run(database, "CREATE TABLE changed (a)");
    const inserted = await run(database, "INSERT INTO changed VALUES (1), (2), (3) RETURNING a");
    expect(inserted).toMatchObject({ affected_row_count: 3, last_insert_rowid: "3" });
    expect(values(inserted)).toEqual([["1"], ["2"], ["3"]]);
    expect(await run(database, "UPDATE changed SET a = 0 WHERE a > 1")).toMatchObject({
      affected_row_count: 2,
      last_insert_rowid: null,
    });
    expect(await run(database, "DELETE FROM changed")).toMatchObject({ affected_row_count: 3 });
  });

  it.each([
    [{ type: "null" }, { type: "null" }],
    [
      { type: "integer", value: "-9223372036854775808" },
      { type: "integer", value: "-9223372036854775808" },
    ],
    [
      { type: "integer", value: "9007199254740993" },
      { type: "integer", value: "9007199254740993" },
    ],
    [
      { type: "float", value: 0.1 },
      { type: "float", value: 0.1 },
    ],
    [
      { type: "float", value: 3 },
      { type: "float", value: 3 },
    ],
    [
      { type: "text", value: 'a "b" \\ \n 🦀' },
      { type: "text", value: 'a "b" \\ \n 🦀' },
    ],
    [
      { type: "text", value: "" },
      { type: "text", value: "" },
    ],
    [
      { type: "blob", base64: "AP8=" },
      { type: "blob", base64: "AP8" },
    ],
    [
      { type: "blob", base64: "AP8" },
      { type: "blob", base64: "AP8" },
    ],
    [
      { type: "blob", base64: "" },
      { type: "blob", base64: "" },
    ],
  ])("gives %j back as %j", async (sent, received) => {
    const result = await run(database, "SELECT ?", [sent]);
    expect(result.rows).toEqual([[received]]);
  });

  it("sends infinities as null, as sqld does", async () => {
    expect((await run(database, "SELECT 9e999")).rows).toEqual([[{ type: "float", value: null }]]);
  });

  it("does not tell where on the host the database lies", async () => {
    const { body } = await pipeline(database, [
      execute("SELECT * FROM sqlite_temp_schema"),
      execute("PRAGMA database_list"),
      execute("SELECT * FROM pragma_database_list() WHERE name <> 'temp'"),
      { type: "describe", sql: "SELECT file FROM pragma_database_list" },
    ]);
    const [, pragma, table, description] = body.results;
    expect(values(pragma.response.result)).toEqual([["0", "main", ""]]);
    expect(values(table.response.result)).toEqual([["0", "main", ""]]);
    expect(description.response.result.cols).toEqual([{ name: "file", decltype: null }]);
  });

  it("counts the rows it returns as read", async () => {
    const result = await run(database, "SELECT value FROM generate_series(1, 10) WHERE value > 7");
    expect(result).toMatchObject({ rows_read: 3, rows_written: 0 });
  });

  it("leaves rows out where none are wanted", async () => {
    const stmt = { sql: "SELECT 1 AS one", want_rows: false };
    const { body } = await pipeline(database, [{ type: "execute", stmt }]);
    expect(body.results[0].response.result).toMatchObject({ cols: [{ name: "one" }], rows: [] });
  });

  it("shows the columns of a table as they are after it was altered", async () => {
    await run(database, "CREATE TABLE altered (a)");
    await run(database, "INSERT INTO altered VALUES (1)");
    const columns = async () =>
      (await run(database, "SELECT * FROM altered")).cols.map(
        (column: { name: string }) => column.name,
      );
    expect(await columns()).toEqual(["a"]);
    await run(database, "ALTER TABLE altered ADD COLUMN b");
    expect(await columns()).toEqual(["a", "b"]);
    await run(database, "ALTER TABLE altered RENAME COLUMN a TO c");
    expect(await columns()).toEqual(["c", "b"]);
  });

  it.each([
    ["", "SQL_NO_STATEMENT"],
    ["  -- nothing\n", "SQL_NO_STATEMENT"],
    ["SELECT 1; SELECT 2", "SQL_MANY_STATEMENTS"],
    ["SELEC 1", "SQL_PARSE_ERROR"],
    ["SELECT", "SQL_PARSE_ERROR"],
    ["SELECT nowhere", "SQL_INPUT_ERROR"],
    ["SELECT * FROM nowhere", "SQLITE_UNKNOWN"],
    ["ATTACH 'x.db' AS x", "SQL_PARSE_ERROR"],
    ["VACUUM INTO '/tmp/copy.db'", "SQL_PARSE_ERROR"],
    ["SELECT readfile('/etc/passwd')", "SQL_PARSE_ERROR"],
    ["SELECT \"readfile\"('/etc/passwd')", "SQL_PARSE_ERROR"],
    ["SELECT [readfile]('/etc/passwd')", "SQL_PARSE_ERROR"],
    ["SELECT `ReadFile` ('/etc/passwd')", "SQL_PARSE_ERROR"],
    ["SELECT * FROM 'fsdir'('/etc')", "SQL_PARSE_ERROR"],
    ["SELECT ?, ?", "ARGS_INVALID"],
  ])("refuses %j with %s", async (sql, code) => {
    expect(await run(database, sql)).toMatchObject({ code, message: expect.any(String) });
  });
});

describe("a pipeline", () => {
  it("goes on after a request that failed", async () => {
    const { status, body } = await pipeline(database, [
      execute("SELECT * FROM nowhere"),
      execute("SELECT 1"),
    ]);
    expect(status).toBe(200);
    expect(body.results.map((result: { type: string }) => result.type)).toEqual(["error", "ok"]);
  });

  it("keeps SQL texts on its stream", async () => {
    const { body } = await pipeline(database, [
      { type: "store_sql", sql_id: 7, sql: "SELECT 7" },
      { type: "execute", stmt: { sql_id: 7 } },
      { type: "close_sql", sql_id: 7 },
    ]);
    expect(values(body.results[1].response.result)).toEqual([["7"]]);
    const gone = await pipeline(database, [{ type: "execute", stmt: { sql_id: 7 } }], {
      baton: body.baton,
    });
    expect(gone).toMatchObject({ status: 400, body: { code: "SQL_NOT_STORED" } });
  });

  it("describes statements", async () => {
    const describeSql = async (sql: string) =>
      (await pipeline(database, [{ type: "describe", sql }])).body.results[0].response.result;
    expect(await describeSql("SELECT :a AS x, ?3")).toMatchObject({
      params: [{ name: ":a" }, { name: null }, { name: "?3" }],
      is_explain: false,
      is_readonly: true,
    });
    expect(await describeSql("CREATE TABLE described (a)")).toMatchObject({ is_readonly: false });
    expect(await describeSql("EXPLAIN SELECT 1")).toMatchObject({ is_explain: true });
  });

  it("tells whether a transaction is open", async () => {
    const { body } = await pipeline(database, [
      { type: "get_autocommit" },
      execute("BEGIN"),
      { type: "get_autocommit" },
      execute("ROLLBACK"),
      { type: "close" },
    ]);
    expect(body.results[0].response.is_autocommit).toBe(true);
    expect(body.results[2].response.is_autocommit).toBe(false);
  });

  it("knows no get_autocommit in version 2", async () => {
    const answer = await send(
      database,
      "/v2/pipeline",
      { requests: [{ type: "get_autocommit" }] },
      database.token,
    );
    expect(answer).toMatchObject({ status: 400, body: { code: "INVALID_REQUEST" } });
  });

  it("describes the first statement of a text, and nothing where there is none", async () => {
    const described = async (sql: string) =>
      (await pipeline(database, [{ type: "describe", sql }])).body.results[0].response?.result;
    expect(await described("-- one\nSELECT 1 + ? AS sum; DROP TABLE nothing")).toEqual({
      params: [{ name: null }],
      cols: [{ name: "sum", decltype: null }],
      is_explain: false,
      is_readonly: true,
    });
    const nothing = { params: [], cols: [], is_explain: false, is_readonly: true };
    for (const sql of ["", "  ", "-- c", ";"]) expect(await described(sql)).toEqual(nothing);
    expect(await described("SELECT 'unclosed")).toBeUndefined();
  });

  it("runs sequences up to the first failure", async () => {
    const sql =
      "CREATE TABLE sequenced (a); INSERT INTO sequenced VALUES (1); SELECT broken; INSERT INTO sequenced VALUES (2);";
    const { body } = await pipeline(database, [{ type: "sequence", sql }]);
    expect(body.results[0]).toMatchObject({ type: "error" });
    expect(values(await run(database, "SELECT count(*) FROM sequenced"))).toEqual([["1"]]);
  });

  it("runs the steps of a batch whose conditions hold", async () => {
    const stmt = (sql: string) => ({ sql });
    const { body } = await pipeline(database, [
      {
        type: "batch",
        batch: {
          steps: [
            { stmt: stmt("SELECT 0") },
            { stmt: stmt("SELECT broken") },
            { condition: { type: "error", step: 1 }, stmt: stmt("SELECT 2") },
            { condition: { type: "ok", step: 1 }, stmt: stmt("SELECT 3") },
            { condition: { type: "not", cond: { type: "ok", step: 3 } }, stmt: stmt("SELECT 4") },
            {
              condition: {
                type: "and",
                conds: [{ type: "ok", step: 0 }, { type: "is_autocommit" }],
              },
              stmt: stmt("SELECT 5"),
            },
            { condition: { type: "or", conds: [] }, stmt: stmt("SELECT 6") },
            { condition: { type: "error", step: 3 }, stmt: stmt("SELECT 7") },
          ],
        },
      },
    ]);
    const { step_results: results, step_errors: errors } = body.results[0].response.result;
    expect(results.map((result: unknown) => result !== null)).toEqual([
      true,
      false,
      true,
      false,
      true,
      true,
      false,
      true,
    ]);
    expect(errors.map((error: unknown) => error !== null)).toEqual([
      false,
      true,
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
