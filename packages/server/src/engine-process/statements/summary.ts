import type { StatementSummary } from "../../hrana/session.ts";
import type { AnalyzedStatement } from "../../sql/index.ts";
import type { Connection } from "../database/connection.ts";

/** What one run of a statement did; undefined where the binding did not say. */
export interface StatementChanges {
  readonly rowCount: number;
  readonly changes: number | undefined;
  readonly lastInsertRowid: number | bigint | undefined;
}

/**
 * The counters of one finished statement.
 *
 * @param started when it began, as `performance.now()` tells it
 */
export function summarize(
  connection: Connection,
  statement: AnalyzedStatement,
  { rowCount, changes, lastInsertRowid }: StatementChanges,
  started: number,
): StatementSummary {
  const affectedRowCount = statement.countsChanges
    ? (changes ?? connection.lastChanges().changes)
    : 0;
  return {
    affectedRowCount,
    lastInsertRowid: statement.insertsRows ? exactRowid(connection, lastInsertRowid) : null,
    rowsRead: rowCount,
    rowsWritten: affectedRowCount,
    durationMs: Math.round((performance.now() - started) * 1_000) / 1_000,
  };
}

/** The binding gives row ids as numbers, which are exact only up to 2^53. */
function exactRowid(connection: Connection, rowid: number | bigint | undefined): bigint {
  return typeof rowid === "number" && Number.isSafeInteger(rowid)
    ? BigInt(rowid)
    : connection.lastChanges().lastInsertRowid;
}
