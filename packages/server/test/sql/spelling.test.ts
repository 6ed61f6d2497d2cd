import fc from "fast-check";
import { expect, test } from "vitest";
import { analyze } from "../../src/sql/index.ts";
import { Sqlite } from "./sqlite.ts";

/** Statements with calls of one-argument functions in them, at the dots. */
const templates = [
  "SELECT ·, a FROM t WHERE · GROUP BY · HAVING · ORDER BY · LIMIT ·",
  "INSERT INTO t VALUES (1, ·) ON CONFLICT (a) DO UPDATE SET b = · RETURNING ·",
  "UPDATE t SET b = · FROM u WHERE ·",
  "DELETE FROM t WHERE · IN (SELECT ·)",
  "WITH x(a) AS (SELECT · UNION ALL SELECT · FROM x) SELECT a FROM x",
  "SELECT * FROM (SELECT · AS z) JOIN json_each(·) AS j ON ·",
  "SELECT CASE WHEN · THEN · ELSE · END",
  "SELECT sum(a) FILTER (WHERE ·) OVER (PARTITION BY · ORDER BY ·) FROM t",
  "VALUES (·, 1), (2, ·)",
  "SELECT a FROM t WHERE b BETWEEN · AND · COLLATE NOCASE OR b LIKE · ESCAPE ·",
  "SELECT CAST(· AS TEXT) || · -> ·, EXISTS (SELECT ·), NOT · ISNULL",
  "CREATE TABLE z AS SELECT ·",
  "CREATE VIEW z AS SELECT ·",
  "CREATE TRIGGER z AFTER INSERT ON t WHEN · BEGIN SELECT ·; UPDATE u SET a = ·; END",
  "EXPLAIN QUERY PLAN SELECT ·",
];
const forbiddenNames = ["readfile", "lsmode", "sha3_query", "sqlite3mc_config", "fts3_tokenizer"];

const gap = fc.constantFrom(
  "",
  " ",
  "\n",
  "\t\f",
  " \v",
  "/**/",
  "/* ; ' */",
  "-- ' ;\n",
  " \uFEFF",
);
const spelled = (names: readonly string[]): fc.Arbitrary<string> =>
  fc
    .constantFrom(...names)
    .chain((name) =>
      fc.oneof(
        fc.constantFrom(name, name.toUpperCase(), `"${name}"`, `[${name}]`, `\`${name}\``),
        fc.mixedCase(fc.constant(name), { untoggleAll: (text) => text }),
      ),
    );
const call = (names: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(gap, spelled(names), gap, gap, gap)
    .map(([before, name, a, b, c]) => `${before === "" ? " " : before}${name}${a}(${b}'x'${c})`);
const statement = fc.constantFrom(...templates).chain((template) => {
  const dots = template.split("·").length - 1;
  return fc.record({
    template: fc.constant(template.split("·")),
    harmless: fc.array(call(["hex", "lower", "quote"]), { minLength: dots, maxLength: dots }),
    forbidden: call(forbiddenNames),
    place: fc.nat(dots - 1),
  });
});

const join = (template: readonly string[], calls: readonly string[]): string =>
  template.map((text, index) => text + (calls[index] ?? "")).join("");

test("a forbidden call is refused wherever and however it is written, and a harmless one passes", () => {
  const sqlite = new Sqlite().run("CREATE TABLE t(a INTEGER PRIMARY KEY, b)", "CREATE TABLE u(a)");
  fc.assert(
    fc.property(statement, ({ template, harmless, forbidden, place }) => {
      const passes = join(template, harmless);
      const refused = join(template, harmless.with(place, forbidden));
      expect(sqlite.complaint(passes)).toBeNull();
      expect(sqlite.complaint(refused)).toBeNull();
      expect([passes, analyze(passes).ok]).toEqual([passes, true]);
      expect([refused, analyze(refused).ok]).toEqual([refused, false]);
    }),
    { numRuns: 500 },
  );
});
