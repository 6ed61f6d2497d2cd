import type { AnalyzedStatement } from "./statement.ts";
import { isSeparator, joiningFunction, longestSeparator } from "./separators.ts";
import { isCount, maxNeighbours, vectorSearch } from "./vectors.ts";

/** An argument given by name, with or without the prefix of its parameter. */
export interface NamedArgument<V> {
  readonly name: string;
  readonly value: V;
}

/** The values in the order of the parameter numbers, or why they do not fit. Codes and texts are those of sqld. */
export type BoundArguments<V> =
  | { readonly ok: true; readonly values: readonly V[] }
  | {
      readonly ok: false;
      readonly code: "ARGS_INVALID" | "ARGS_BOTH_POSITIONAL_AND_NAMED";
      readonly message: string;
    };

const invalid = (problem: string): BoundArguments<never> => ({
  ok: false,
  code: "ARGS_INVALID",
  message: `Arguments do not match SQL parameters: ${problem}`,
});

/**
 * Brings the arguments of a request into the order in which SQLite binds them, and makes sure that there is one for
 * each parameter, which the binding does not check. As in sqld, positional arguments fill `?` and `?NNN` only, and
 * named ones only the other parameters.
 *
 * @param statement the statement that they are for
 * @param args arguments by position
 * @param namedArgs arguments by name; the name with prefix wins over the one without; of two equal ones the last wins
 * @returns one value per parameter; fewer for an EXPLAIN, which needs none
 */
export function bindArguments<V>(
  statement: Pick<AnalyzedStatement, "parameters" | "isExplain" | "neighbourCounts" | "separators">,
  args: readonly V[] = [],
  namedArgs: readonly NamedArgument<V>[] = [],
): BoundArguments<V> {
  const { parameters, isExplain } = statement;
  if (args.length > 0 && namedArgs.length > 0) {
    return {
      ok: false,
      code: "ARGS_BOTH_POSITIONAL_AND_NAMED",
      message: "Specifying both positional and named arguments is not supported",
    };
  }
  const named = new Map(namedArgs.map(({ name, value }) => [name, [value]]));
  const given = args.length + named.size;
  if (given > parameters.length) {
    return invalid(`too many parameters, expected ${parameters.length} found ${given}`);
  }
  const values: V[] = [];
  for (const [index, name] of parameters.entries()) {
    const byName = name !== null && !name.startsWith("?");
    const found = byName
      ? (named.get(name) ?? named.get(name.slice(1)))
      : args.slice(index, index + 1);
    if (found === undefined || found.length === 0) {
      if (isExplain) break;
      return invalid(`value for parameter ${name ?? index + 1} not found`);
    }
    values.push(...found);
  }
  if (statement.neighbourCounts.some((index) => index < values.length && !isCount(values[index]))) {
    return invalid(`${vectorSearch} returns from 1 to ${maxNeighbours} neighbours`);
  }
  if (statement.separators.some((index) => !isSeparator(values[index]))) {
    return invalid(`a separator of ${joiningFunction} has ${longestSeparator} characters at most`);
  }
  return { ok: true, values };
}
