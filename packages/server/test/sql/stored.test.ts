import { expect, test } from "vitest";
import { forbiddenIn } from "../../src/sql/index.ts";
import { Sqlite } from "./sqlite.ts";

const storedSchema = [
  "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a UNIQUE, e F32_BLOB(3))",
  "CREATE INDEX ti ON t(libsql_vector_idx(e))",
  "CREATE VIRTUAL TABLE f5 USING fts5(a, content='t', content_rowid='id')",
  "CREATE VIRTUAL TABLE f4 USING fts4(a)",
  "CREATE VIRTUAL TABLE r USING rtree(id, x0, x1)",
  "CREATE VIEW v AS SELECT * FROM t",
  "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END",
];

test("a stored schema is harmless if all of its objects would pass", () => {
  const sqlite = new Sqlite().run(...storedSchema);
  const stored = sqlite.names("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL");
  expect(stored.length).toBeGreaterThan(storedSchema.length);
  expect(stored.map((sql) => forbiddenIn(sql))).toEqual(stored.map(() => null));
});

test.each([
  "CREATE VIEW v AS SELECT readfile('x')",
  "CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE ti_shadow SET data = 1; END",
  "CREATE VIEW ti_shadow AS SELECT 1",
  "CREATE VIRTUAL TABLE x USING fts4(a, uncompress=readfile)",
  "CREATE VIRTUAL TABLE x USING zipfile(a)",
  "SELECT 1",
  "DROP TABLE t",
  "CREATE VIEW v AS SELECT 1; ATTACH 'x' AS y",
  "",
])("a stored schema with %j is refused", (sql) => {
  expect(forbiddenIn(sql)).not.toBeNull();
});
