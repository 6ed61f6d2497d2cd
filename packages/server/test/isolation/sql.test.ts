import { existsSync, readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, pipeline, run, values } from "../support/hrana.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.stop();
});

/**
 * What is tried, with `FILE` for a file with a secret, `OTHER` for the other tenant's database file
 * and `NEW` for a file that is not there.
 */
const attempts: Readonly<Record<string, readonly string[]>> = {
  "attach a database": [
    "ATTACH 'OTHER' AS o",
    "attach database 'OTHER' as o",
    "/* x */ ATTACH /* y */ 'OTHER' -- z\n AS o",
    "\uFEFFATTACH 'OTHER' AS o",
    ";ATTACH 'OTHER' AS o",
    "ATTACH 'file:OTHER?mode=ro' AS o",
    "ATTACH 'file:OTHER?vfs=unix-none' AS o",
    "ATTACH ':memory:' AS o",
    "ATTACH theirs AS o",
    "ATTACH char(47) || 'x' AS o",
    "EXPLAIN ATTACH 'OTHER' AS o",
    "\u00a0ATTACH 'OTHER' AS o",
    "АТТАСН 'OTHER' AS o",
    "SELECT 1; ATTACH 'OTHER' AS o",
    "DETACH main",
  ],
  "write a file": [
    "VACUUM INTO 'NEW'",
    "VACUUM main INTO 'NEW'",
    "SELECT writefile('NEW', 'x')",
    "SELECT [writefile]('NEW', 'x')",
    "SELECT WriteFile /**/ ('NEW', 'x', 511)",
    "CREATE TABLE x AS SELECT writefile('NEW', 'x')",
    "INSERT INTO t VALUES (writefile('NEW', 'x'), 1)",
    "UPDATE t SET a = writefile('NEW', b)",
    "DELETE FROM t WHERE writefile('NEW', b)",
    "INSERT INTO t VALUES (1, 2) RETURNING writefile('NEW', 'x')",
    "SELECT 1 ORDER BY writefile('NEW', 'x')",
    "SELECT count(*) FILTER (WHERE writefile('NEW', 'x')) FROM t",
    "SELECT sum(a) OVER (ORDER BY writefile('NEW', 'x')) FROM t",
    "PRAGMA temp_store_directory = 'NEW'",
    "PRAGMA data_store_directory = 'NEW'",
    "CREATE VIRTUAL TABLE x USING csv(filename='NEW')",
  ],
  "read a file": [
    "SELECT readfile('FILE')",
    "SELECT \"readfile\"('FILE')",
    "SELECT `READFILE`('FILE')",
    "SELECT readfile/* */ -- \n ('FILE')",
    "SELECT hex(readfile('FILE'))",
    "SELECT readfile('/proc/self/environ')",
    "SELECT edit('FILE', 'cat')",
    "SELECT * FROM fsdir('/proc/self')",
    "SELECT * FROM \"fsdir\"('/')",
    "SELECT data FROM fsdir WHERE path = 'FILE'",
    "SELECT * FROM zipfile('FILE')",
    "SELECT * FROM csv('FILE')",
    "CREATE VIRTUAL TABLE x USING csv(filename='FILE')",
    "CREATE VIRTUAL TABLE x USING fsdir",
    "CREATE VIRTUAL TABLE x USING zipfile('FILE')",
    "CREATE VIRTUAL TABLE x USING vfsstat",
    "SELECT eval('SELECT 1')",
    "SELECT load_extension('FILE')",
    "SELECT load_extension('FILE', 'main')",
  ],
  "keep what reads a file for later": [
    "CREATE VIEW v AS SELECT readfile('FILE')",
    "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT readfile('FILE'); END",
    "CREATE TRIGGER g AFTER INSERT ON t WHEN readfile('FILE') BEGIN SELECT 1; END",
    "CREATE TABLE x (a DEFAULT (readfile('FILE')))",
    "CREATE TABLE x (a, b AS (readfile('FILE')))",
    "CREATE TABLE x (a CHECK (a <> readfile('FILE')))",
    "CREATE INDEX i ON t (readfile(a))",
    "CREATE INDEX i ON t (a) WHERE readfile(b)",
    "ALTER TABLE t ADD COLUMN c DEFAULT (readfile('FILE'))",
    "ALTER TABLE t ADD COLUMN c AS (readfile('FILE'))",
    "CREATE VIRTUAL TABLE x USING fts4(a, tokenize=readfile)",
    "CREATE VIRTUAL TABLE x USING fts4(a, compress=readfile, uncompress=readfile)",
    "CREATE VIRTUAL TABLE x USING fts5(a, content='fsdir', content_rowid='name')",
  ],
  "reach the pages and the schema": [
    "PRAGMA writable_schema = ON",
    "PRAGMA main.writable_schema(1)",
    "INSERT INTO sqlite_schema VALUES ('view', 'v', 'v', 0, 'CREATE VIEW v AS SELECT readfile(1)')",
    "UPDATE sqlite_master SET sql = 'CREATE TABLE t (a DEFAULT (readfile(1)))'",
    "SELECT * FROM sqlite_dbpage",
    "SELECT * FROM sqlite_dbpage('main')",
    "UPDATE sqlite_dbpage SET data = zeroblob(4096)",
    "CREATE VIRTUAL TABLE x USING dbstat",
    "CREATE VIRTUAL TABLE x USING sqlite_dbpage",
    "SELECT fts3_tokenizer('simple')",
    "SELECT fts3_tokenizer('simple', x'0000000000000000')",
  ],
  "see what others do": [
    "SELECT * FROM sqlite_stmt",
    "SELECT * FROM sqlite_memstat",
    "SELECT * FROM pragma_database_list('main')",
    "SELECT * FROM 'pragma_database_list'",
    "SELECT * FROM main.pragma_database_list",
    "WITH pragma_database_list AS (SELECT 1) SELECT * FROM pragma_database_list",
    "EXPLAIN SELECT * FROM pragma_database_list",
    "INSERT INTO t SELECT file, 1 FROM pragma_database_list",
    "DELETE FROM t WHERE b IN (SELECT file FROM pragma_database_list)",
    "CREATE VIEW v AS SELECT file FROM pragma_database_list",
    "CREATE TABLE x AS SELECT file FROM pragma_database_list",
    "SELECT libsql_server_database_name()",
    "SELECT sqlite3mc_config('cipher')",
    "PRAGMA key = 'x'",
    "PRAGMA rekey = 'x'",
    "PRAGMA hexkey = '00'",
    "PRAGMA vdbe_trace = ON",
    "PRAGMA parser_trace = ON",
    "PRAGMA trusted_schema = ON",
    "PRAGMA mmap_size = 1000000000",
    "PRAGMA query_only = OFF",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA locking_mode = EXCLUSIVE",
    "CREATE TEMP TABLE x (a)",
  ],
};

describe.each(Object.entries(attempts))("SQL that tries to %s", (_, texts) => {
  it("is refused, and finds nothing", async () => {
    const fresh = `${world.directory}/new`;
    const sql = texts.map((text) =>
      text
        .replaceAll("FILE", world.secretFile)
        .replaceAll("OTHER", world.fileOf(world.theirs))
        .replaceAll("NEW", fresh),
    );
    const before = readdirSync(world.directory);
    const executed = await pipeline(
      world.mine,
      sql.map((text) => execute(text)),
    );
    const described = await pipeline(
      world.mine,
      sql.map((text) => ({ type: "describe", sql: text })),
    );
    const sequences = await pipeline(
      world.mine,
      sql.map((text) => ({ type: "sequence", sql: text })),
    );
    for (const { status, body } of [executed, described, sequences]) {
      expect(status).toBe(200);
      expect(world.isLeak(JSON.stringify(body))).toBe(false);
    }
    const allowed = (results: { type: string }[]) =>
      sql.filter((_text, index) => results[index]?.type !== "error");
    expect(allowed(executed.body.results)).toEqual([]);
    expect(allowed(sequences.body.results)).toEqual([]);
    for (const { error } of executed.body.results) {
      expect(error.code).toMatch(/^SQL(?:ITE)?_[A-Z_]+$/);
    }
    expect(readdirSync(world.directory)).toEqual(before);
    expect(existsSync(fresh)).toBe(false);
  });
});

describe("SQL that may run", () => {
  it("does not tell where on the host a database lies", async () => {
    const texts = [
      "PRAGMA database_list",
      "SELECT * FROM pragma_database_list",
      'SELECT d.file FROM t, "PRAGMA_database_list"() d',
      "SELECT (SELECT max(file) FROM (pragma_database_list)), pragma_table_list.* FROM pragma_table_list",
      "PRAGMA compile_options",
      "SELECT * FROM pragma_table_list",
      "SELECT * FROM pragma_module_list",
      "EXPLAIN SELECT * FROM t",
      "PRAGMA temp_store",
      "SELECT * FROM dbstat",
    ];
    const answer = await pipeline(
      world.mine,
      texts.map((text) => execute(text)),
    );
    expect(JSON.stringify(answer.body)).not.toContain(world.directory);
  });

  it("sees its own tables only, whatever name it asks for", async () => {
    for (const name of [
      "secrets",
      "theirs.secrets",
      "main.secrets",
      "temp.secrets",
      `"${world.theirs.id}".secrets`,
    ]) {
      expect((await run(world.mine, `SELECT * FROM ${name}`)).code).toMatch(/^SQL/);
    }
    expect(values(await run(world.mine, "SELECT name FROM sqlite_schema"))).toEqual([["t"]]);
  });

  it("calls a name that comes as an argument nothing but text", async () => {
    const argument = { type: "text", value: `readfile('${world.secretFile}')` };
    const answer = await run(world.mine, "SELECT ?, json_extract('[1]', '$[0]')", [argument]);
    expect(world.isLeak(JSON.stringify(answer))).toBe(false);
    expect(answer.rows[0][0]).toEqual(argument);
  });
});
