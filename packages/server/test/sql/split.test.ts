import fc from "fast-check";
import { expect, test } from "vitest";
import { splitStatements } from "../../src/sql/index.ts";
import { Sqlite } from "./sqlite.ts";

const split = (sql: string): string[] =>
  splitStatements(sql).map(({ start, end }) => sql.slice(start, end));

test.each<[string, string[]]>([
  ["", []],
  [" ; -- a;\n /* b; */ ;", []],
  ["\uFEFF;", []],
  ["SELECT 1", ["SELECT 1"]],
  ["SELECT 1; ;SELECT 2 ; -- end", ["SELECT 1", "SELECT 2"]],
  [
    "-- a\nSELECT /* ; */ ';' , \";\", [;], `;` , $a(;) -- ;\n; x",
    ["SELECT /* ; */ ';' , \";\", [;], `;` , $a(;)", "x"],
  ],
  ["SELECT 'open; SELECT 2", ["SELECT 'open; SELECT 2"]],
  ["SELECT 1; /* open; SELECT 2", ["SELECT 1"]],
  ["BEGIN; SELECT 1; END; SELECT 2", ["BEGIN", "SELECT 1", "END", "SELECT 2"]],
  [
    "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 3; END; SELECT 4",
    [
      "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 3; END",
      "SELECT 4",
    ],
  ],
  [
    "explain query plan create temp trigger begin after insert on t begin select 1; end;;x",
    ["explain query plan create temp trigger begin after insert on t begin select 1; end", "x"],
  ],
  [
    "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END no; END; x",
    ["CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END no; END", "x"],
  ],
  ["CREATE TRIGGER broken; SELECT 1", ["CREATE TRIGGER broken", "SELECT 1"]],
  ["CREATE TABLE trigger(a); SELECT 1; END", ["CREATE TABLE trigger(a)", "SELECT 1", "END"]],
  ["CREATE TR\u0131GGER a BEGIN x; END", ["CREATE TR\u0131GGER a BEGIN x", "END"]],
])("%j is split into %j", (sql, expected) => {
  expect(split(sql)).toEqual(expected);
});

const space = fc.constantFrom(" ", "\n", "/*;*/", " -- ; end;\n", "\t ", " /* create trigger */ ");
const spaced = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts.flatMap((part) => [space, part])).map((texts) => texts.join(""));
const one = fc.constant.bind(fc);
const plain = fc.constantFrom(
  "select ';'",
  'select a as "x;y" from t',
  "insert into t values(1,';')",
  "select case when 1 then 2 end",
  "select $a(;)",
  "select [;], `;` from (select 1 [;], 2 `;`)",
  "select 1 as end, 2 as begin, 3 as trigger",
  "explain select x'3b'",
  "begin",
  "create table zz(trigger, begin, temp)",
  "with x as (select 1) select * from x",
);
const step = fc.constantFrom(
  "select case when 1 then case 2 when 3 then 4 end else 5 end",
  "insert into t values(1,';')",
  "update t set a=case when 1 then 2 end",
  "delete from t where a=1",
  "select 1 as end",
  'select end, "end" from begin',
  "with x as (select 1) select * from x",
  "values(1)",
);
const trigger = spaced(
  fc.constantFrom(
    "create trigger",
    "create temp trigger",
    "explain create temporary trigger",
    "EXPLAIN QUERY PLAN CREATE TRIGGER",
  ),
  fc.constantFrom("z", "if not exists z", "begin", "trigger", '"end"'),
  fc.constantFrom(
    "before insert on t",
    "after update of a on t for each row",
    'delete on "begin"',
    "insert on begin",
  ),
  fc.constantFrom("", "when case when 1 then 1 end"),
  one("begin"),
  fc.array(spaced(step, one(";")), { minLength: 1, maxLength: 3 }).map((steps) => steps.join("")),
  fc.constantFrom("end", "END", "End"),
);
const script = fc
  .tuple(
    fc.constantFrom("", ";", ";;", "\uFEFF", "-- x\n"),
    fc.array(fc.oneof(plain, trigger), { minLength: 1, maxLength: 3 }),
    fc.constantFrom(";", ";;", " ; /* ; */ ;", "\n;\n"),
    fc.constantFrom("", ";", "--", "; /* open"),
  )
  .map(([before, statements, separator, after]) => ({
    count: statements.length,
    sql: before + statements.join(separator) + after,
  }));

test("SQLite ends the first statement of any script at the same place", () => {
  const sqlite = new Sqlite().run("create table t(a,b)", 'create table "begin"("end","case")');
  fc.assert(
    fc.property(script, ({ sql, count }) => {
      const statements = split(sql);
      expect(statements).toHaveLength(count);
      expect(split(sqlite.compile(sql).first)).toEqual(statements.slice(0, 1));
    }),
    { numRuns: 300 },
  );
});
