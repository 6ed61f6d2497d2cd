import fc from "fast-check";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { isWhole, rowsAsJson, type WritableType } from "../../src/hrana/json/row-sql.ts";
import { encodeRow } from "../../src/hrana/json/results.ts";

const handle = new Database(":memory:");

/** What both ways say of the rows of a query. */
function bothWays(sql: string, args: readonly unknown[] = [], usual: WritableType[] = []) {
  const statement = handle.prepare(sql).safeIntegers().raw();
  const rows = statement.all(args).map((row) => JSON.parse(String(encodeRow(row as never))));
  const types = statement.columns().map((_, index) => usual[index] ?? "null");
  const query = handle.prepare(rowsAsJson(sql, types, 1_000)).raw();
  const [count, json] = query.get(args) as [number, string | null];
  return { rows, count, json: json ?? "" };
}

/** A double of any bits; NaN is no value of SQLite. */
const double = fc.double({ noNaN: true });
const text = fc
  .oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }))
  // The binding reads texts up to a NUL.
  .map((value) => value.replaceAll("\0", ""));
const anyType = fc.constantFrom<WritableType>("integer", "text", "real", "null");
const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe("rows that SQLite writes as JSON", () => {
  it("are the rows that are read one by one, whatever their values", () => {
    const value = fc.oneof(double, text, integer, fc.constant(null));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 8 }),
        fc.array(anyType, { minLength: 2, maxLength: 2 }),
        (pairs, usual) => {
          const places = pairs.map(() => "(?, ?)").join();
          const { rows, count, json } = bothWays(`VALUES ${places}`, pairs.flat(), usual);
          expect(JSON.parse(`[${json}]`)).toStrictEqual(rows);
          expect([count, isWhole(json)]).toEqual([pairs.length, true]);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("keep the sign of zero and have null for infinities", () => {
    const odd = [-0, 0, Infinity, -Infinity, 5e-324, Number.MAX_VALUE];
    const usual = odd.map((): WritableType => "real");
    for (const value of odd) {
      for (const types of [usual, []]) {
        const { rows, json } = bothWays("SELECT ?, ?", [value, 1.5], types);
        expect(JSON.parse(`[${json}]`)).toStrictEqual(rows);
        const expected = Number.isFinite(value) ? value : null;
        expect(rows[0].map((cell: { value: unknown }) => cell.value)).toEqual([expected, 1.5]);
      }
    }
  });

  it.each([
    ["what JSON functions made", "SELECT json_array(1, 'a'), json('{}') UNION ALL SELECT '[1]', 2"],
    ["texts with controls and quotes", `SELECT char(1, 2, 8, 10, 31, 127, 8232) || '"\\'`],
    ["the same name twice", "SELECT 1 AS a, 2 AS a, 3"],
    ["an order", "SELECT value FROM json_each('[3,1,2]') ORDER BY value DESC"],
    ["a comment at its end", "SELECT 1 -- no more"],
    ["tables of its own", "WITH r(c0) AS (SELECT 7) SELECT c0 FROM r"],
    ["no rows", "SELECT 1 WHERE 0"],
  ])("are the same of a query with %s", (_, sql) => {
    for (const usual of ["integer", "text", "real", "null"] as const) {
      const { rows, json } = bothWays(sql, [], [usual, "integer", usual]);
      expect(JSON.parse(`[${json}]`)).toStrictEqual(rows);
    }
  });

  it("have the value of the type that they tell, where each reading of it differs", () => {
    const sql = `SELECT CASE random() & 1 WHEN 0 THEN 5 ELSE 'five' END FROM json_each('[1,2,3,4,5,6,7,8]')`;
    for (let run = 0; run < 20; run += 1) {
      for (const [{ type, value }] of JSON.parse(`[${bothWays(sql).json}]`)) {
        expect([type, value]).toEqual(type === "integer" ? ["integer", "5"] : ["text", "five"]);
      }
    }
  });

  it("are known not to be whole where a value is a blob", () => {
    expect(isWhole(bothWays("SELECT 1, x'00'").json)).toBe(false);
  });
});
