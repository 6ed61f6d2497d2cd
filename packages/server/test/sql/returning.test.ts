import { expect, test } from "vitest";
import { returningItems } from "../../src/sql/index.ts";

const items = (list: string): string[] | undefined =>
  returningItems(`INSERT INTO t VALUES (1) RETURNING ${list}`)?.items.map((item) =>
    item.kind === "star" ? "*" : item.sql,
  );

test.each([
  ["a", ["a"]],
  ["*", ["*"]],
  ["*, a", ["*", "a"]],
  ["a AS b, c AS 'd', e as \"f\"", ["a", "c", "e"]],
  ["a b, (c) d, 'x' \"y\", 1 z, x'00' q, ? w", ["a", "(c)", "'x'", "1", "x'00'", "?"]],
  ["f(a, b), (SELECT 1, 2 AS c)", ["f(a, b)", "(SELECT 1, 2 AS c)"]],
  ["a COLLATE nocase, a COLLATE nocase n", ["a COLLATE nocase", "a COLLATE nocase"]],
  ["a IS NULL, a NOT NULL, a ISNULL x", ["a IS NULL", "a NOT NULL", "a ISNULL"]],
  [
    "CASE a WHEN b THEN c ELSE d END, CASE WHEN a THEN b END e",
    ["CASE a WHEN b THEN c ELSE d END", "CASE WHEN a THEN b END"],
  ],
  ["a + b, a || b c, NOT a, -a, a LIKE b", ["a + b", "a || b", "NOT a", "-a", "a LIKE b"]],
  ["match x, like, glob y, a GLOB b, v end", ["match", "like", "glob", "a GLOB b", "v"]],
  [
    "CASE a WHEN b THEN c END end, CASE a WHEN b THEN c END",
    Array(2).fill("CASE a WHEN b THEN c END"),
  ],
  ['t.a, t.a x, "t"."a"', ["t.a", "t.a", '"t"."a"']],
])("RETURNING %s", (list, expected) => {
  expect(items(list)).toEqual(expected);
});

test("the clause of a statement is the last one", () => {
  const sql = "WITH x AS (SELECT 1 RETURNING) UPDATE t SET a = (SELECT b) WHERE c RETURNING d";
  expect(returningItems(sql)).toEqual({
    head: sql.slice(0, -2),
    items: [{ kind: "expression", sql: "d" }],
  });
  expect(returningItems("DELETE FROM t")).toBeUndefined();
});
