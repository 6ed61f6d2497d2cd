import { expect, test } from "vitest";
import {
  analyze,
  bindArguments,
  type NamedArgument,
  type AnalyzedStatement,
} from "../../src/sql/index.ts";

function statement(sql: string): AnalyzedStatement {
  const analysis = analyze(sql);
  if (!analysis.ok) throw new Error(analysis.message);
  return analysis.statement;
}

const named = (values: Record<string, unknown>): NamedArgument<unknown>[] =>
  Object.entries(values).map(([name, value]) => ({ name, value }));
const invalid = (problem: string): object => ({
  ok: false,
  code: "ARGS_INVALID",
  message: `Arguments do not match SQL parameters: ${problem}`,
});

test.each<[string, unknown[], unknown[]]>([
  ["SELECT 1", [], []],
  ["SELECT ?, ?", ["a", null], ["a", null]],
  ["SELECT ?2, ?1", ["a", "b"], ["a", "b"]],
  ["SELECT ?3", ["a", "b", "c"], ["a", "b", "c"]],
  ["SELECT ?2, ?", ["a", "b", undefined], ["a", "b", undefined]],
])("%s takes the arguments %j by position", (sql, args, values) => {
  expect(bindArguments(statement(sql), args)).toEqual({ ok: true, values });
});

test.each<[string, Record<string, unknown>, unknown[]]>([
  ["SELECT :a, @b, $c, :a", { a: 1, "@b": 2, c: 3 }, [1, 2, 3]],
  ["SELECT :a, $a", { a: 1, $a: 2 }, [1, 2]],
  ["SELECT $a::b(c)", { "a::b(c)": 1 }, [1]],
  ["SELECT :a", { ":a": null }, [null]],
])("%s takes the arguments %j by name", (sql, args, values) => {
  expect(bindArguments(statement(sql), [], named(args))).toEqual({ ok: true, values });
});

test.each<[string, unknown[], Record<string, unknown>, string]>([
  ["SELECT ?", [], {}, "value for parameter 1 not found"],
  ["SELECT ?, ?", ["a"], {}, "value for parameter 2 not found"],
  ["SELECT ?2", ["a"], {}, "value for parameter ?2 not found"],
  ["SELECT ?", ["a", "b"], {}, "too many parameters, expected 1 found 2"],
  ["SELECT 1", ["a"], {}, "too many parameters, expected 0 found 1"],
  ["SELECT :a", ["a"], {}, "value for parameter :a not found"],
  ["SELECT :a", [], { b: 1 }, "value for parameter :a not found"],
  ["SELECT :a", [], { A: 1 }, "value for parameter :a not found"],
  ["SELECT ?1", [], { "?1": 1 }, "value for parameter ?1 not found"],
  ["SELECT :a", [], { a: 1, b: 2 }, "too many parameters, expected 1 found 2"],
])("%s refuses %j and %j", (sql, args, namedArgs, problem) => {
  expect(bindArguments(statement(sql), args, named(namedArgs))).toEqual(invalid(problem));
});

test("arguments by position and by name together are refused", () => {
  expect(bindArguments(statement("SELECT ?, :a"), [1], named({ a: 2 }))).toEqual({
    ok: false,
    code: "ARGS_BOTH_POSITIONAL_AND_NAMED",
    message: "Specifying both positional and named arguments is not supported",
  });
});

test("of two arguments of the same name the last one counts", () => {
  const twice = [...named({ a: 1 }), ...named({ a: 2 })];
  expect(bindArguments(statement("SELECT :a"), [], twice)).toEqual({ ok: true, values: [2] });
});

test("EXPLAIN needs no arguments", () => {
  expect(bindArguments(statement("EXPLAIN SELECT ?, :a"))).toEqual({ ok: true, values: [] });
});

test.each([
  [", ", true],
  [null, true],
  [5n, true],
  [new Uint8Array(10_000), true],
  [new Uint8Array(10_001), false],
  ["x".repeat(10_001), false],
])("a separator of concat_ws that is bound: %#", (separator, ok) => {
  const joining = statement("SELECT concat_ws(?, 'a', 'b')");
  expect(bindArguments<unknown>(joining, [separator]).ok).toBe(ok);
});

test.each([
  [1, true],
  [100_000n, true],
  ["5", true],
  [0, false],
  [0n, false],
  [-1n, false],
  ["0", false],
  [" 5", false],
  [0.5, false],
  [2n ** 29n, false],
  [null, false],
  [new Uint8Array([0x30]), false],
])("a vector search for %s neighbours: %s", (count, ok) => {
  for (const parameter of ["?", "CAST(? AS INTEGER)"]) {
    const search = statement(`SELECT * FROM vector_top_k('i', ?, ${parameter})`);
    expect(bindArguments<unknown>(search, ["[1]", count]).ok).toBe(ok);
  }
});
