import { LRUCache } from "lru-cache";
import { SqlError } from "../hrana/errors.ts";
import { analyze, type Statement } from "../sql/index.ts";

const remembered = 5_000;
/** Longer texts are seldom sent twice, and would fill the memory. */
const rememberedLength = 10_000;
const analyses = new LRUCache<string, Statement>({ max: remembered });

/**
 * What the gate says of a statement; remembered, since it depends on the text alone.
 *
 * @throws SqlError where the gate refuses it
 */
export function analyzeStatement(sql: string): Statement {
  const known = analyses.get(sql);
  if (known !== undefined) return known;
  const analysis = analyze(sql);
  if (!analysis.ok) throw new SqlError(analysis.code, analysis.message);
  if (sql.length <= rememberedLength) analyses.set(sql, analysis.statement);
  return analysis.statement;
}
