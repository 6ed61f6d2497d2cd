import fc from "fast-check";
import { expect, test } from "vitest";
import { analyze } from "../../src/sql/index.ts";
import { Sqlite } from "./sqlite.ts";

/**
 * Random statements with one string literal in many places, as a value and as the name of a table. SQLite tells them
 * apart by complaining about a table that does not exist; the gate has to see it the same way.
 */
const anyLiteral = "'nosuch'";

type Text = fc.Arbitrary<string>;
const literal = fc.constant(anyLiteral);

/** Puts arbitrary texts into the places marked with a dot of a template. */
const fill = (template: string, ...parts: readonly Text[]): Text => {
  const [first = "", ...rest] = template.split("·");
  return fc
    .tuple(...parts)
    .map((texts) => texts.reduce((sql, text, i) => sql + text + (rest[i] ?? ""), first));
};

const grammar = fc.letrec<{ value: string; table: string; from: string; select: string }>((tie) => {
  const value = tie("value");
  const table = tie("table");
  const from = tie("from");
  const select = tie("select");
  const space = fc.constantFrom(" ", "\n", "/**/");
  return {
    value: fc.oneof(
      { maxDepth: 3, depthIdentifier: "sql" },
      fc.constantFrom(anyLiteral, anyLiteral, "1", "'q'", "NULL"),
      fill("coalesce(·, ·)", value, value),
      fill("(·)", value),
      fill("(· IN (·, ·))", value, value, value),
      fill(
        "(· IN ··)",
        value,
        fc.constantFrom("", "main . "),
        fc.oneof({ weight: 9, arbitrary: fc.constant("(1)") }, literal),
      ),
      fill("(· IS DISTINCT FROM ·)", value, value),
      fill("(· IS NOT DISTINCT FROM (·))", value, value),
      fill("((·, ·) = (·, ·))", value, value, value, value),
      fill("CASE WHEN · THEN · ELSE · END", value, value, value),
      fill("(SELECT · FROM ·)", value, from),
      fill("EXISTS(·)", select),
      fill("NOT EXISTS (VALUES(·, ·))", value, value),
      fill("(· OR replace(·, ·, 'x'))", value, value, literal),
    ),
    table: fc.oneof(
      { maxDepth: 3, depthIdentifier: "sql" },
      fc.constantFrom(
        "t",
        '"t"',
        "'t'",
        "main.'t'",
        "[t] AS 'nosuch'",
        "t 'nosuch'",
        "t NOT INDEXED",
      ),
      fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom("t AS z", "main . 't'") },
        fc.constantFrom(anyLiteral, `main.${anyLiteral}`, `main . ${anyLiteral} AS x`),
      ),
      fill("(·)", from),
      fill("((·))", from),
      fill("(·)", select),
      fill("json_each(·, ·)", value, literal),
      fill("'json_each'(·, ·) AS x", literal, value),
      fill("(VALUES(·, ·), (·, ·))", value, value, value, literal),
      fill("(WITH c(a, b) AS (SELECT ·, ·) SELECT 1 FROM c, ·)", value, literal, table),
    ),
    from: fc
      .tuple(
        table,
        fc.array(
          fc.oneof(
            fill("··,··", space, space, space, table),
            fill("··JOIN··", space, fc.constantFrom("", "LEFT ", "CROSS ", "INNER "), space, table),
            fill(" JOIN · ON ·", table, value),
          ),
          { maxLength: 2 },
        ),
      )
      .map(([first, others]) => first + others.join("")),
    select: fc
      .tuple(
        fill("SELECT ·, 1 FROM ·", value, from),
        fc.oneof(fc.constant(""), fill(" WHERE ·", value)),
        fc.oneof(fc.constant(""), fill(" GROUP BY ·, · HAVING ·", value, literal, value)),
        fc.oneof(
          fc.constant(""),
          fill(" UNION SELECT ·, ·", value, literal),
          fill(" EXCEPT VALUES(·, ·)", value, literal),
          fill(" ORDER BY ·, 1 LIMIT ·, ·", literal, value, literal),
        ),
      )
      .map((parts) => parts.join("")),
  };
});

const { value, table, from, select } = grammar;
const target = fc.constantFrom("t", "t", "'t'", "main.t", anyLiteral);
const statement = fc.oneof(
  select,
  fill(
    "INSERT INTO · SELECT ·, 1 FROM · WHERE 1 ON CONFLICT(a) DO UPDATE SET b = ·, a = · RETURNING ·, ·",
    target,
    value,
    from,
    value,
    literal,
    value,
    literal,
  ),
  fill("INSERT OR REPLACE INTO t VALUES (·, ·), (·, ·)", value, literal, value, value),
  fill(
    "UPDATE · · SET a = ·, b = · FROM · WHERE ·",
    fc.constantFrom("", "OR FAIL", "OR ROLLBACK", "OR REPLACE"),
    target,
    value,
    literal,
    fill("(·) AS y", select),
    value,
  ),
  fill("DELETE FROM · WHERE · RETURNING ·, ·", target, value, value, literal),
  fill("WITH q AS (·) SELECT ·, · FROM q, ·", select, value, literal, table),
  fill(
    "SELECT · FROM t WINDOW w AS (PARTITION BY 1, ·), v AS (ORDER BY ·, ·)",
    value,
    literal,
    value,
    literal,
  ),
);

test("a string literal is a table to the gate exactly where it is one to SQLite", () => {
  const sqlite = new Sqlite().run("CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
  const seen = { tables: 0, values: 0 };
  fc.assert(
    fc.property(statement, (sql) => {
      const complaint = sqlite.complaint(sql);
      const isTable = complaint !== null && /no such table: (main\.)?nosuch/.test(complaint);
      // Any other complaint may have hidden this one.
      fc.pre(isTable || complaint === null);
      seen[isTable ? "tables" : "values"] += 1;
      expect([sql, analyze(sql.replaceAll("nosuch", "fsdir")).ok]).toEqual([sql, !isTable]);
    }),
    { numRuns: 1_000 },
  );
  expect(Math.min(seen.tables, seen.values)).toBeGreaterThan(100);
});
