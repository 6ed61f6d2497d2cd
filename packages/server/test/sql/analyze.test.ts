import fc from "fast-check";
import { expect, test } from "vitest";
import { analyze, type AnalyzedStatement } from "../../src/sql/index.ts";
import { Sqlite } from "./sqlite.ts";

function statement(sql: string): AnalyzedStatement {
  const analysis = analyze(sql);
  if (!analysis.ok) throw new Error(analysis.message);
  return analysis.statement;
}

const schema = ["CREATE TABLE t(a INTEGER PRIMARY KEY, b)", "CREATE INDEX tb ON t(b)"];

test.each([
  ["SELECT 1", "read", "SELECT", true],
  ["values (1), (2)", "read", "VALUES", true],
  ["WITH x AS (SELECT 1) SELECT * FROM x", "read", "SELECT", true],
  ["INSERT INTO t VALUES (1, 2) RETURNING a", "write", "INSERT", false],
  ["REPLACE INTO t VALUES (1, 2)", "write", "REPLACE", false],
  ["UPDATE t SET b = 1", "write", "UPDATE", false],
  ["DELETE FROM t", "write", "DELETE", false],
  [
    "WITH x(a) AS NOT MATERIALIZED (VALUES (1)), y AS (SELECT 2) INSERT INTO t SELECT 1, 1",
    "write",
    "INSERT",
    false,
  ],
  ["WITH RECURSIVE replace AS (SELECT 1 a) SELECT a FROM replace", "read", "SELECT", true],
  ["WITH x AS (SELECT 1) REPLACE INTO t SELECT 1, 1", "write", "REPLACE", false],
  ["WITH x AS (SELECT 1) DELETE FROM t", "write", "DELETE", false],
  ["CREATE TABLE IF NOT EXISTS u(a)", "ddl", "CREATE", false],
  ["CREATE UNIQUE INDEX i ON t(b)", "ddl", "CREATE", false],
  ["CREATE VIEW v AS SELECT 1", "ddl", "CREATE", false],
  ["CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END", "ddl", "CREATE", false],
  ["CREATE VIRTUAL TABLE f USING fts5(a)", "ddl", "CREATE", false],
  ["DROP TABLE IF EXISTS t", "ddl", "DROP", false],
  ["ALTER TABLE t ADD COLUMN c", "ddl", "ALTER", false],
  ["BEGIN", "begin", "BEGIN", true],
  ["BEGIN EXCLUSIVE TRANSACTION", "begin", "BEGIN", false],
  ["COMMIT TRANSACTION", "commit", "COMMIT", true],
  ["END", "commit", "END", true],
  ["ROLLBACK", "rollback", "ROLLBACK", true],
  ["ROLLBACK TRANSACTION TO SAVEPOINT a", "rollbackTo", "ROLLBACK", true],
  ["SAVEPOINT a", "savepoint", "SAVEPOINT", true],
  ["RELEASE a", "release", "RELEASE", true],
  ["EXPLAIN SELECT 1", "explain", "SELECT", true],
  ["EXPLAIN QUERY PLAN DELETE FROM t", "explain", "DELETE", false],
  ["PRAGMA user_version", "pragma", "PRAGMA", true],
  ["PRAGMA user_version = 3", "pragma", "PRAGMA", false],
  ["PRAGMA journal_mode", "pragma", "PRAGMA", false],
  ["PRAGMA foreign_keys(0)", "pragma", "PRAGMA", true],
  ["PRAGMA table_info('t')", "pragma", "PRAGMA", true],
])("%s is a %s by %s, read-only: %s, as SQLite says", (sql, kind, verb, isReadonly) => {
  expect(statement(sql)).toMatchObject({ kind, verb, isReadonly });
  expect(new Sqlite().run(...schema).compile(sql)).toEqual({ first: sql, isReadonly });
});

test("REINDEX counts as a write", () => {
  expect(statement("REINDEX t")).toMatchObject({ kind: "ddl", verb: "REINDEX", isReadonly: false });
});

test.each([
  ["INSERT INTO t VALUES (1)", true, true],
  ["REPLACE INTO t VALUES (1)", true, true],
  ["WITH x AS (SELECT 1) INSERT INTO t SELECT 1", true, true],
  ["UPDATE t SET a = 1", true, false],
  ["DELETE FROM t", true, false],
  ["SELECT 1", false, false],
  ["CREATE TABLE u AS SELECT 1", false, false],
  ["EXPLAIN INSERT INTO t VALUES (1)", false, false],
])("%s counts changes: %s, inserts rows: %s", (sql, countsChanges, insertsRows) => {
  expect(statement(sql)).toMatchObject({ countsChanges, insertsRows });
});

test.each([
  ["BEGIN", true],
  ["BEGIN DEFERRED", true],
  ["begin immediate", false],
  ["BEGIN EXCLUSIVE TRANSACTION x", false],
  ["BEGIN READONLY", true],
  ["BEGIN TRANSACTION READONLY", true],
  ["BEGIN TRANSACTION immediate", true],
])("%s takes no lock: %s", (sql, isReadonly) => {
  expect(statement(sql)).toMatchObject({ kind: "begin", isReadonly });
});

test.each([
  ["PRAGMA foreign_keys", false],
  ["PRAGMA foreign_keys = off", true],
  ["PRAGMA main.defer_foreign_keys(1)", true],
  ["PRAGMA recursive_triggers = 0", true],
  ["PRAGMA legacy_alter_table = on", true],
  ["PRAGMA user_version = 1", false],
  ["PRAGMA \"main\" . 'user_version' = 1", false],
  ["PRAGMA temp.user_version = 1", true],
  ["PRAGMA foreign_key_check(t)", false],
  ["SELECT 1", false],
])("%s leaves the connection changed: %s", (sql, setsConnectionState) => {
  expect(statement(sql)).toMatchObject({ setsConnectionState });
});

test.each([
  ["SELECT changes()", true],
  ['SELECT "Total_Changes" ()', true],
  ["SELECT last_insert_rowid/**/()", true],
  ["INSERT INTO t SELECT [last_rows_affected]()", true],
  ["SELECT changes FROM t", false],
  ["SELECT 'changes()'", false],
])("%s asks what ran before on the connection: %s", (sql, readsConnectionState) => {
  expect(statement(sql)).toMatchObject({ readsConnectionState });
});

test.each<[string, (string | null)[]]>([
  ["SELECT 1", []],
  ["SELECT ?, ?", [null, null]],
  ["SELECT ?3, ?", [null, null, "?3", null]],
  ["SELECT ?, ?1", ["?1"]],
  ["SELECT :a, @a, $a, :a, #a", [":a", "@a", "$a", "#a"]],
  ["SELECT :a, :A, $a::b(c)", [":a", ":A", "$a::b(c)"]],
  ["SELECT ?2, :a, ?1", ["?1", "?2", ":a"]],
  ["SELECT ?007", [null, null, null, null, null, null, "?007"]],
  ["SELECT ':a', \":b\", [?1] /* :c */ -- ?", []],
])("%s has the parameters %j", (sql, parameters) => {
  expect(statement(sql).parameters).toEqual(parameters);
});

/** The names of the parameters with these numbers, and how many there are; or what is wrong with the statement. */
function numbering(sql: string, numbers: Iterable<number>): object | string {
  const analysis = analyze(sql);
  if (!analysis.ok) return analysis.message.replace(/^SQL input error: (.*) \(at offset .*$/, "$1");
  const { parameters } = analysis.statement;
  return {
    names: Array.from(numbers, (number) => parameters[number - 1]),
    count: parameters.length,
  };
}

test("SQLite numbers and names parameters the same way", () => {
  const sqlite = new Sqlite().run(...schema);
  const parameter = fc.constantFrom(
    ..."? ?1 ?2 ?003 ?7 :a :A @a $a #a $a::b $a(x) :a(;) $::z".split(" "),
    ..."?32766 ?32767 ?0 ?99999999999999999999".split(" "),
  );
  const texts = fc.array(parameter, { maxLength: 6 });
  fc.assert(
    fc.property(texts, parameter, (inside, outside) => {
      const sql = `SELECT a FROM t WHERE b IN (${["0", ...inside].join(",")}) LIMIT ${outside}`;
      const complaint = sqlite.complaint(sql);
      const used = complaint === null ? sqlite.parameters(sql) : new Map<number, string | null>();
      expect(numbering(sql, used.keys())).toEqual(
        complaint ?? { names: [...used.values()], count: Math.max(0, ...used.keys()) },
      );
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["", "SQL_NO_STATEMENT", "SQL string does not contain any statement"],
  [" ;; /* a */ -- b", "SQL_NO_STATEMENT", "SQL string does not contain any statement"],
  ["SELECT 1; SELECT 2", "SQL_MANY_STATEMENTS", "SQL string contains more than one statement"],
  ["SELECT 1; x", "SQL_MANY_STATEMENTS", "SQL string contains more than one statement"],
  ["SELECT 1; 'open", "SQL_MANY_STATEMENTS", "SQL string contains more than one statement"],
  ["selec 1", "SQL_PARSE_ERROR", 'SQL string could not be parsed: near "selec": syntax error'],
  ["(SELECT 1)", "SQL_PARSE_ERROR", 'SQL string could not be parsed: near "(": syntax error'],
  [
    "EXPLAIN EXPLAIN SELECT 1",
    "SQL_PARSE_ERROR",
    'SQL string could not be parsed: near "EXPLAIN": syntax error',
  ],
  ["EXPLAIN", "SQL_PARSE_ERROR", "SQL string could not be parsed: incomplete input"],
  ...["WITH x AS (SELECT 1), SELECT * FROM x", "WITH x AS SELECT 1 SELECT * FROM x"].map((sql) => [
    sql,
    "SQL_PARSE_ERROR",
    'SQL string could not be parsed: near "SELECT": syntax error',
  ]),
  ...["WITH x AS (SELECT 1) SELEC * FROM x", "WITH x(a) AS (SELECT 1) SELEC * FROM x"].map(
    (sql) => [sql, "SQL_PARSE_ERROR", 'SQL string could not be parsed: near "SELEC": syntax error'],
  ),
  ["WITH x AS (SELECT 1)", "SQL_PARSE_ERROR", "SQL string could not be parsed: incomplete input"],
  [
    "CREATE OR REPLACE TABLE x(a)",
    "SQL_PARSE_ERROR",
    'SQL string could not be parsed: near "OR": syntax error',
  ],
  [
    "SELECT 'open",
    "SQL_PARSE_ERROR",
    'SQL string could not be parsed: unrecognized token: "\'open"',
  ],
  [
    "SELECT 1\0; ATTACH 'x' AS y",
    "SQL_PARSE_ERROR",
    'SQL string could not be parsed: unrecognized token: "\\0"',
  ],
  [
    "SELECT 'é', ?0",
    "SQL_INPUT_ERROR",
    "SQL input error: variable number must be between ?1 and ?32766 (at offset 13)",
  ],
  ["SELECT ?32766, ?", "SQL_INPUT_ERROR", "SQL input error: too many SQL variables (at offset 15)"],
])("%j is refused: %s, %s", (sql, code, message) => {
  expect(analyze(sql)).toEqual({ ok: false, code, message });
});

test.each(["\uFEFFSELECT 1", ";;SELECT 1;; -- end", "/* a */ SELECT 1 ; /* open", "SELECT \v 1"])(
  "%j is one statement",
  (sql) => {
    expect(statement(sql).verb).toBe("SELECT");
  },
);
