import { statementTimedOut } from "../../engine/failures.ts";
import { SqlError } from "../../hrana/errors.ts";
import type { RowSink, Steps } from "../../hrana/session.ts";
import type { SqlValue } from "../../hrana/values.ts";
import type { AnalyzedStatement } from "../../sql/index.ts";
import { isBindingError, isRow } from "../database/binding.ts";
import type { Connection, Prepared } from "../database/connection.ts";
import { withoutHostPaths } from "./host-paths.ts";
import type { SessionHooks } from "./session-hooks.ts";
import { toSqlError } from "../database/sql-errors.ts";
import type { StatementChanges } from "./summary.ts";

/** A long read looks this often whether others wait. */
const rowsPerBreath = 128;

/** One run of a statement. */
export interface Work {
  readonly connection: Connection;
  readonly sql: string;
  readonly statement: AnalyzedStatement;
  readonly prepared: Prepared;
  readonly values: readonly SqlValue[];
}

/** Reads many rows at once; undefined where they have to be read one by one. */
export function readAsJson(
  { statement: { kind, readsConnectionState }, prepared: { columns, asJson }, values }: Work,
  sink: RowSink,
): StatementChanges | undefined {
  if (sink.rows === undefined || kind !== "read" || readsConnectionState) return undefined;
  const rows = asJson?.read(values);
  if (rows === undefined || !sink.rows(columns, rows.count, rows.json)) return undefined;
  return { rowCount: rows.count, changes: undefined, lastInsertRowid: undefined };
}

/** Runs a statement that has no rows to read. */
export function runWithoutRows(work: Work, sink: RowSink): StatementChanges {
  const { connection, sql, statement, prepared, values } = work;
  const { kind } = statement;
  const { changes, lastInsertRowid } =
    kind === "commit" || kind === "release"
      ? connection.conclude(sql)
      : prepared.statement.run(values);
  sink.begin(prepared.columns);
  return { rowCount: 0, changes, lastInsertRowid };
}

/**
 * Reads rows one by one, and pauses for their reader and for others.
 *
 * @param resumed called after each pause; throws where it may not go on
 */
export function* readRows(
  { connection, statement, prepared, values }: Work,
  reader: RowSink,
  { breath, statementTimeout }: Pick<SessionHooks, "breath" | "statementTimeout">,
  resumed: () => void,
): Steps<StatementChanges> {
  const sink = sinkFor(statement, reader);
  const rows = prepared.statement.iterate(values);
  let rowCount = 0;
  let lastRow: readonly SqlValue[] = [];
  let isDone = false;
  let running = 0;
  let since = performance.now();
  try {
    for (let next = rows.next(); !next.done; next = rows.next()) {
      // Only now: a statement that fails at its first row has no result at all.
      if (rowCount++ === 0) sink.begin(prepared.columns);
      if (isRow(next.value)) {
        sink.row(next.value);
        lastRow = next.value;
      }
      const pause = sink.pause() ?? (rowCount % rowsPerBreath === 0 ? breath() : undefined);
      if (pause === undefined) continue;
      running += performance.now() - since;
      if (running > statementTimeout) {
        const { code, message } = statementTimedOut(statementTimeout);
        throw new SqlError(code, message);
      }
      yield pause;
      resumed();
      since = performance.now();
    }
    isDone = true;
  } catch (error) {
    isDone = isBindingError(error);
    // What was handed out cannot be taken back, so a read that has begun is not begun again.
    throw rowCount > 0 ? toSqlError(error) : error;
  } finally {
    if (!isDone && statement.isReadonly) connection.abandon(prepared, values, rows);
    else if (!isDone) drain(rows);
  }
  if (rowCount === 0) sink.begin(prepared.columns);
  prepared.asJson?.sawRows(rowCount, lastRow);
  return { rowCount, changes: undefined, lastInsertRowid: undefined };
}

/** A write is done before its first row comes. Given up, it would be undone, and its transaction too. */
function drain(rows: Iterator<unknown>): void {
  while (rows.next().done !== true);
}

function sinkFor({ pragma, isReadonly }: AnalyzedStatement, sink: RowSink): RowSink {
  if (pragma === "database_list") return withoutHostPaths(sink);
  return isReadonly ? sink : withoutPauses(sink);
}

/** A statement that writes holds the lock until its rows are read: no slow reader may prolong that. */
function withoutPauses(sink: RowSink): RowSink {
  return {
    begin: (columns) => sink.begin(columns),
    row: (values) => sink.row(values),
    pause: () => undefined,
  };
}
