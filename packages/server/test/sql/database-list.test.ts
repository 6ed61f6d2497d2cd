import { expect, test } from "vitest";
import { analyze } from "../../src/sql/index.ts";
import { Sqlite } from "./sqlite.ts";

/** What runs in place of a text; the text itself where that is what runs. */
function running(sql: string): string | undefined {
  const analysis = analyze(sql);
  return analysis.ok ? (analysis.statement.runsAs ?? sql) : undefined;
}

// A database in memory has no file, so that its list is what tenants see of theirs.
const sqlite = new Sqlite().run("CREATE TABLE t (a, name)", "INSERT INTO t VALUES (1, 'main')");

test.each([
  "SELECT * FROM pragma_database_list",
  "SELECT `name`, `file` FROM pragma_database_list() WHERE `name` <> 'temp'",
  "SELECT DISTINCT name FROM pragma_database_list() WHERE name LIKE '%'",
  "SELECT Pragma_Database_List.name FROM [PRAGMA_database_list] /* ( */ ( -- )\n ) ORDER BY 1",
  "; SELECT d.seq, d.name FROM t x, pragma_database_list d, 't' ;",
  "SELECT d.* FROM t LEFT JOIN \"pragma_database_list\" AS 'd' ON d.name = t.name",
  "SELECT a FROM t NATURAL JOIN pragma_database_list CROSS JOIN (pragma_database_list) b",
  "SELECT a FROM t JOIN pragma_database_list USING (name)",
  "SELECT a, (SELECT seq FROM pragma_database_list() LIMIT 1) FROM t",
  "SELECT a FROM t WHERE name IN (SELECT name FROM pragma_database_list)",
  "WITH d AS (SELECT name FROM pragma_database_list UNION ALL VALUES ('x')) SELECT * FROM d",
])("%s finds the database, and names the pragma no more", (sql) => {
  const text = running(sql) ?? "";
  expect(sqlite.rows(text)).toEqual(sqlite.rows(sql));
  expect(sqlite.rows(text)).not.toEqual([]);
  expect(text).not.toMatch(/(?:from|join|,)[\s("`[]*pragma_database_list/i);
});

test.each([
  "SELECT * FROM pragma_database_list('main')",
  "SELECT * FROM main.pragma_database_list",
  "SELECT * FROM pragma_database_list.pragma_database_list",
  "SELECT 'main' IN pragma_database_list",
  "SELECT a AS pragma_database_list FROM t",
  "WITH pragma_database_list AS (SELECT 1) SELECT * FROM pragma_database_list",
  "EXPLAIN SELECT * FROM pragma_database_list",
  "INSERT INTO t SELECT seq, file FROM pragma_database_list",
  "CREATE VIEW v AS SELECT file FROM pragma_database_list",
  "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT file FROM pragma_database_list; END",
])("%s is refused", (sql) => {
  expect(running(sql)).toBeUndefined();
});
