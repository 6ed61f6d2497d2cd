import { boundedCache } from "../../tools/bounded-cache.ts";
import { SqlError } from "../../hrana/errors.ts";
import type { StatementArguments } from "../../hrana/session.ts";
import type { SqlValue } from "../../hrana/values.ts";
import type { EngineLimits } from "../../options/limits.ts";
import { analyze, bindArguments, type AnalyzedStatement } from "../../sql/index.ts";

type StatementLimits = Pick<EngineLimits, "sqlLength" | "parameters">;

const remembered = 5_000;
/** Longer texts are seldom sent twice, and would fill the memory. */
const rememberedLength = 10_000;
const analyses = boundedCache<string, AnalyzedStatement>(remembered);

/**
 * What the gate says of a statement; remembered, since it depends on the text alone.
 *
 * @throws SqlError where the gate refuses it, or it is over a limit
 */
export function analyzeStatement(sql: string, limits: StatementLimits): AnalyzedStatement {
  const known = analyses.get(sql);
  if (known !== undefined) return known;
  checkLength(sql, limits);
  const analysis = analyze(sql);
  if (!analysis.ok) throw new SqlError(analysis.code, analysis.message);
  checkParameters(analysis.statement, limits);
  if (sql.length <= rememberedLength) analyses.set(sql, analysis.statement);
  return analysis.statement;
}

// Codes are those of SQLite's own limits.

function checkLength({ length }: string, { sqlLength }: StatementLimits): void {
  if (length <= sqlLength) return;
  throw new SqlError(
    "SQLITE_TOOBIG",
    `SQLite error: statement too long: a statement has ${sqlLength} characters at most, and this one ${length}; send values as arguments, and several statements one by one`,
  );
}

function checkParameters(
  { parameters: { length } }: AnalyzedStatement,
  { parameters }: StatementLimits,
): void {
  if (length <= parameters) return;
  throw new SqlError(
    "SQL_INPUT_ERROR",
    `SQL input error: too many SQL variables: a statement has ${parameters} at most, and this one ${length}; send several statements`,
  );
}

/** The values to bind, or why the arguments do not do. */
export function bind(
  statement: AnalyzedStatement,
  args: StatementArguments,
): readonly SqlValue[] | SqlError {
  const bound = bindArguments(statement, args.positional, args.named);
  return bound.ok ? bound.values : new SqlError(bound.code, bound.message);
}
