import { isUtf8 } from "node:buffer";
import Database from "libsql";
import { expect, test } from "vitest";
import { analyze, hazard, isHazardous } from "../../src/sql/index.ts";
import { Sqlite } from "./sqlite.ts";

function hazardsOf(sql: string): number {
  const analysis = analyze(sql);
  if (!analysis.ok) throw new Error(analysis.message);
  return analysis.statement.hazards;
}

type Value = string | number | null | Uint8Array;

const clean: readonly Value[] = [
  ...'é|abc|中||a b|"|[1,2]|{"a":"é"}|$.a|%s|%.1s|%c|%d-%Y'.split("|"),
  0,
  1,
  2,
  -1,
  255,
  1.5,
  null,
];
const blobs: readonly Value[] = ["ff", "00", "c3", "", "5bff5d", "0b08ff", "17ff"].map((hex) =>
  Buffer.from(hex, "hex"),
);
const escapes: readonly Value[] = [
  String.raw`"\u0000"`,
  String.raw`"\ud800"`,
  String.raw`["\x00"]`,
  String.raw`{"a":"\u0000"}`,
  "\\",
];
const handle = new Database(":memory:");

/** What a function makes of each combination of arguments that it takes. */
function* outcomes(name: string, values: readonly Value[]): Generator<readonly [string, Buffer]> {
  for (const count of [0, 1, 2, 3]) {
    const few = count < 3 ? values : values.filter((_, index) => index % 3 === 0);
    const marks = Array.from({ length: count }, () => "?").join();
    const sql = `SELECT typeof(v), CAST(v AS BLOB) FROM (SELECT "${name}"(${marks}) AS v LIMIT -1)`;
    // Without arguments, one of them ends the process.
    if (!analyze(sql).ok) continue;
    let statement;
    try {
      statement = handle.prepare<[readonly Value[]]>(sql).raw();
    } catch {
      continue;
    }
    for (const args of combinations(few, count)) {
      try {
        const row: unknown = statement.get(args);
        if (!Array.isArray(row)) continue;
        yield [String(row[0]), Buffer.from(row[1] ?? [])];
      } catch {
        // What fails makes nothing.
      }
    }
  }
}

function combinations(values: readonly Value[], count: number): Value[][] {
  if (count === 0) return [[]];
  const shorter = combinations(values, count - 1);
  return values.flatMap((value) => shorter.map((rest) => [value, ...rest]));
}

const isWild = (type: string, bytes: Buffer): boolean =>
  type === "text" && (bytes.includes(0) || !isUtf8(bytes));

const functions = new Sqlite()
  .names("SELECT DISTINCT name FROM pragma_function_list")
  .filter((name) => analyze(`SELECT "${name}"(1)`).ok);

test("no function makes what is not in its hazards", () => {
  expect(functions.length).toBeGreaterThan(150);
  // An assertion for each of the tens of thousands would take as long as they do.
  const found: unknown[] = [];
  for (const name of functions) {
    const hazards = hazardsOf(`SELECT "${name}"(1)`);
    if (isHazardous(hazards)) continue;
    const values = [
      ...clean,
      ...((hazards & hazard.bytesToText) === 0 ? blobs : []),
      ...((hazards & hazard.escapesToText) === 0 ? escapes : []),
    ];
    for (const [type, bytes] of outcomes(name, values)) {
      if (isWild(type, bytes)) found.push([name, type, bytes.toString("hex")]);
    }
    for (const [type, bytes] of outcomes(name, clean)) {
      const isSource = type === "blob" && bytes.length > 0;
      const isEscaping = type === "text" && bytes.includes("\\");
      if (isSource && (hazards & hazard.bytes) === 0) found.push([name, "makes bytes"]);
      if (isEscaping && (hazards & hazard.escapes) === 0) found.push([name, "makes escapes"]);
    }
  }
  expect(found).toEqual([]);
}, 60_000);

test.each([
  "SELECT id, name FROM users WHERE id = ? AND lower(email) = lower(?)",
  "INSERT INTO t (a, b) VALUES (?, date('now')), (1, count(*))",
  "SELECT a || 'x', CAST(a AS TEXT), json_extract(j, '$.a'), j ->> 'b' FROM t",
  "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(20), b CHAR(3) DEFAULT 'x', \"c\" CHAR(1))",
  "CREATE INDEX i ON t (a, b)",
  "CREATE UNIQUE INDEX i ON docs (a)",
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT sum(x) FROM c",
  "INSERT INTO t (v) VALUES (vector32('[1,2]')), (x'00ff')",
  "SELECT vector_extract(v) FROM vector_top_k('i', ?, 3) JOIN t ON rowid = id",
  "SELECT name FROM pragma_table_info('t')",
  "CREATE VIRTUAL TABLE f USING fts5 (a, b, tokenize = 'porter')",
  "CREATE VIRTUAL TABLE f USING fts4 (a, b)",
])("%s can make no odd text by itself", (sql) => {
  expect(isHazardous(hazardsOf(sql))).toBe(false);
});

test.each([
  "SELECT char(0)",
  'SELECT "CHAR" (0)',
  "SELECT a FROM t WHERE char(0) = a",
  "CREATE TABLE t AS SELECT char(0) AS a",
  "CREATE TABLE t (a DEFAULT (char(0)))",
  "SELECT CAST(x'ff' AS TEXT)",
  "SELECT cast(cast(a AS blob) AS my varchar(3))",
  "SELECT x'ff' || ''",
  "SELECT lower(x'ff')",
  "SELECT group_concat(x'ff') OVER ()",
  String.raw`SELECT '"\u0000"' ->> '$'`,
  String.raw`SELECT value FROM json_each('["\ud800"]')`,
  "SELECT printf('%.1s', 'é')",
  "SELECT 1 FROM t JOIN unknown_to_all(1)",
  "CREATE VIRTUAL TABLE v USING fts5vocab('f', 'row')",
  String.raw`SELECT value FROM json_each WHERE json = '["\ud800"]'`,
  String.raw`SELECT atom FROM main."json_tree" WHERE json = '["\u0000"]'`,
  String.raw`SELECT value FROM 'json_each' WHERE json = '["\u0000"]'`,
  "SELECT token FROM fts3tokenize WHERE input = x'ff41'",
  "CREATE VIRTUAL TABLE f USING fts4(a, compress=abs, uncompress=char)",
  "SELECT rank FROM f WHERE f MATCH x'ff' AND rank MATCH 'highlight(0, , )'",
  "SELECT CAST(x'ff' AS \u212aTEXT)",
  "SELECT CAST(x'ff' AS \"\u212aTEXT\")",
])("%s may make an odd text", (sql) => {
  expect(isHazardous(hazardsOf(sql))).toBe(true);
});
