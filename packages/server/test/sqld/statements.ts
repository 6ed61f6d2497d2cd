import fc from "fast-check";
import { bytes, integer, text } from "./values.ts";

const pick = <T>(...options: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...options);

/** A template whose holes are filled by arbitraries. */
function fill(parts: TemplateStringsArray, ...holes: readonly fc.Arbitrary<string>[]) {
  return fc
    .tuple(...holes)
    .map((values) => parts.map((part, index) => part + (values[index] ?? "")).join(""));
}

const literal = fc.oneof(
  pick(
    "NULL",
    "TRUE",
    "9e999",
    "-9e999",
    "9e999 - 9e999",
    "1e400",
    ".5",
    "0x7fffffffffffffff",
    "x''",
  ),
  integer.map((each) => (each === -(2n ** 63n) ? "(-9223372036854775807 - 1)" : String(each))),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  text.map((each) => `'${each.replaceAll("'", "''")}'`),
  bytes.map((each) => `x'${each.toString("hex")}'`),
);
const column = pick("a", "b", "c", "rowid", "t.a", '"b"', "[c]", "d");
const parameter = pick("?", "?", "?", "?1", "?2", ":x", "@y", "$z");
const atom = fc.oneof(
  { weight: 4, arbitrary: literal },
  { weight: 3, arbitrary: column },
  parameter,
);
const functions = pick(
  "typeof",
  "hex",
  "length",
  "quote",
  "abs",
  "upper",
  "lower",
  "coalesce",
  "max",
  "count",
  "sum",
  "total",
  "avg",
  "min",
  "group_concat",
  "json",
  "json_array",
  "json_type",
  "round",
  "unicode",
  "trim",
  "changes",
  "last_insert_rowid",
  "nope",
  "vector_extract",
  "iif",
  "nullif",
  "printf",
);
const operator = pick(
  "+",
  "-",
  "*",
  "/",
  "%",
  "||",
  "=",
  "<",
  "IS",
  "AND",
  "OR",
  "<<",
  "&",
  "LIKE",
  "->",
  "->>",
);
const expression: fc.Arbitrary<string> = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 5, arbitrary: atom },
    fill`(${tie("any")} ${operator} ${tie("any")})`,
    fill`${functions}(${fc.array(tie("any"), { maxLength: 2 }).map((each) => each.join(", "))})`,
    fill`CAST(${tie("any")} AS ${pick("TEXT", "INTEGER", "REAL", "BLOB", "NUMERIC")})`,
    fill`CASE WHEN ${tie("any")} THEN ${tie("any")} END`,
    fill`(SELECT ${tie("any")} FROM t)`,
    fill`EXISTS (SELECT ${tie("any")})`,
  ),
})).any;

const expressions = fc
  .array(expression, { minLength: 1, maxLength: 3 })
  .map((each) => each.join(", "));
const alias = fc.oneof(pick("", "", " AS a", ' AS ""', ' AS "a b"', " AS é", " x"));
const result = fc
  .array(fc.oneof(fill`${expression}${alias}`, pick("*", "t.*")), { minLength: 1, maxLength: 3 })
  .map((each) => each.join(", "));
const where = fc.oneof(fc.constant(""), fill` WHERE ${expression}`);
const returning = fc.oneof({ weight: 3, arbitrary: fc.constant("") }, fill` RETURNING ${result}`);
const conflict = pick("", "", " OR REPLACE", " OR IGNORE", " OR FAIL", " OR ROLLBACK", " OR ABORT");
const upsert = pick(
  "",
  "",
  " ON CONFLICT DO NOTHING",
  " ON CONFLICT (a) DO UPDATE SET b = excluded.b",
);
const table = fc.oneof(
  { weight: 6, arbitrary: fc.constant("t") },
  pick("u", "v", "w", "nope", "main.t", '"t"'),
);

/** Statements that only read. */
export const read: fc.Arbitrary<string> = fc.oneof(
  fill`SELECT ${expressions}`,
  fill`SELECT ${result} FROM ${table}${where}`,
  fill`SELECT ${result} FROM ${table}${where} ORDER BY ${expression} LIMIT ${integer.map(String)}`,
  fill`SELECT ${result} FROM t LEFT JOIN u ON ${expression}`,
  fill`SELECT ${expression} FROM t GROUP BY ${expression}`,
  fill`WITH n(a) AS (${pick("SELECT 1", "VALUES (1), (2)")}) SELECT ${result} FROM n`,
  fill`VALUES (${expressions})`,
  fill`EXPLAIN QUERY PLAN SELECT ${result} FROM t${where}`,
  fill`PRAGMA ${pick("table_info(t)", "table_xinfo('t')", "index_list(t)", "foreign_key_list(u)", "user_version", "foreign_keys", "page_size", "encoding", "journal_mode", "integrity_check", "table_info(nope)")}`,
  fill`SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE ${expression}`,
);

const write = fc.oneof(
  {
    weight: 4,
    arbitrary: fill`INSERT${conflict} INTO ${table} VALUES (${expression}, ${expression}, ${expression})${upsert}${returning}`,
  },
  {
    weight: 2,
    arbitrary: fill`INSERT${conflict} INTO ${table} (${pick("a", "b, c", "c, a", "rowid, b", "d")}) VALUES (${expressions}), (${expressions})${returning}`,
  },
  fill`INSERT INTO t SELECT ${expression}, ${expression}, ${expression}${where}`,
  fill`INSERT INTO ${table} DEFAULT VALUES${returning}`,
  fill`REPLACE INTO t (a, b) VALUES (${expression}, ${expression})`,
  {
    weight: 2,
    arbitrary: fill`UPDATE${conflict} ${table} SET ${pick("a", "b", "c", "rowid", "d")} = ${expression}${where}${returning}`,
  },
  fill`DELETE FROM ${table}${where}${returning}`,
  fill`WITH n AS (SELECT 7 AS a) INSERT INTO t (b) SELECT a FROM n`,
  fill`PRAGMA user_version = ${fc.integer({ min: -5, max: 5 }).map(String)}`,
);

const columns = pick(
  "a, b, c",
  "a INTEGER PRIMARY KEY, b TEXT, c REAL",
  "a INT UNIQUE, b VARCHAR(10) NOT NULL, c BLOB DEFAULT (x'00')",
  "a INTEGER PRIMARY KEY AUTOINCREMENT, b NUMERIC CHECK (b <> 5), c AS (b + 1)",
  "a TEXT PRIMARY KEY, b, c COLLATE NOCASE",
  "a, b REFERENCES t(a), c DEFAULT 'x'",
);
const schema = fc.oneof(
  {
    weight: 3,
    arbitrary: fill`CREATE TABLE ${pick("t", "u", "w")} (${columns})${pick("", "", " STRICT", " WITHOUT ROWID")}`,
  },
  fill`CREATE TABLE IF NOT EXISTS t (${columns})`,
  fill`CREATE TABLE w AS SELECT ${result} FROM t`,
  fill`CREATE ${pick("", "UNIQUE ")}INDEX ${pick("i", "IF NOT EXISTS i")} ON t (${pick("a", "b", "lower(b)", "nope")})${where}`,
  fill`CREATE VIEW v AS SELECT ${result} FROM t`,
  fill`CREATE TRIGGER g AFTER ${pick("INSERT", "UPDATE", "DELETE")} ON t BEGIN ${pick("INSERT INTO u (a) VALUES (1);", "DELETE FROM u;", "SELECT RAISE(ABORT, 'no');")} END`,
  fill`DROP ${pick("TABLE", "VIEW", "INDEX", "TRIGGER", "TABLE IF EXISTS")} ${pick("t", "u", "v", "i", "g", "nope")}`,
  fill`ALTER TABLE t ${pick("ADD COLUMN d", "ADD COLUMN d INT NOT NULL", "DROP COLUMN c", "RENAME COLUMN b TO d", "RENAME TO w", "ALTER COLUMN b TO b INT")}`,
  pick("REINDEX", "REINDEX nope"),
);

const transaction = pick(
  "BEGIN",
  "BEGIN",
  "BEGIN IMMEDIATE",
  "BEGIN EXCLUSIVE TRANSACTION",
  "BEGIN DEFERRED",
  "BEGIN READONLY",
  "COMMIT",
  "COMMIT",
  "END",
  "ROLLBACK",
  "SAVEPOINT s",
  "RELEASE s",
  "ROLLBACK TO s",
  "RELEASE nope",
);

/** The text of any statement that can be parsed, whether it can be run or not. */
export const statementText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: write },
  { weight: 4, arbitrary: read },
  { weight: 2, arbitrary: schema },
  { weight: 2, arbitrary: transaction },
);
