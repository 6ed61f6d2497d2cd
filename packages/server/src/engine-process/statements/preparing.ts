import type { SqlError } from "../../hrana/errors.ts";
import type { RowSink } from "../../hrana/session.ts";
import type { AnalyzedStatement } from "../../sql/index.ts";
import type { Connection, Prepared } from "../database/connection.ts";
import { toSqlError } from "../database/sql-errors.ts";

/** The statement, prepared on a connection; throws what the binding throws. */
export function prepare(
  connection: Connection,
  sql: string,
  statement: AnalyzedStatement,
): Prepared {
  // SQLite carries some pragmas out when it compiles them.
  if (statement.setsConnectionState) connection.hasSettings = true;
  return connection.cached(sql) ?? connection.prepare(sql);
}

/** What is wrong with a statement comes before what is wrong with its arguments, as in sqld. */
export function firstError(
  connection: Connection,
  sql: string,
  statement: AnalyzedStatement,
  sink: RowSink,
  argumentError: SqlError,
): unknown {
  try {
    const { columns } = prepare(connection, sql, statement);
    sink.start?.(columns);
    return argumentError;
  } catch (error) {
    return toSqlError(error);
  }
}
