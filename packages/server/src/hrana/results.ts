import { SqlError } from "./errors.ts";
import type { Pause, RowSink, StatementSummary } from "./session.ts";
import { encodeValue, type SqlValue } from "./values.ts";

/** How large the rows of one request may get. */
export interface ResponseLimit {
  /** Characters of JSON text that are left. */
  remaining: number;
  readonly total: number;
}

/** Gathers the rows of one statement as the JSON text of its result. */
export class ResultText implements RowSink {
  readonly #limit: ResponseLimit;
  readonly #wantRows: boolean;
  #columns = "[]";
  #rows = "";

  constructor(limit: ResponseLimit, wantRows: boolean) {
    this.#limit = limit;
    this.#wantRows = wantRows;
  }

  begin(columns: string): void {
    this.#columns = columns;
  }

  row(values: readonly SqlValue[]): void {
    if (!this.#wantRows) return;
    const text = encodeRow(values);
    this.#limit.remaining -= text.length;
    if (this.#limit.remaining < 0) {
      throw new SqlError(
        "RESPONSE_TOO_LARGE",
        `The rows of one request take ${this.#limit.total} bytes at most; ask for fewer rows, or use a cursor`,
      );
    }
    this.#rows += this.#rows === "" ? text : `,${text}`;
  }

  pause(): Pause | undefined {
    return undefined;
  }

  /** The result of the finished statement as Hrana's `StmtResult`. */
  finish(summary: StatementSummary): string {
    return (
      `{"cols":${this.#columns},"rows":[${this.#rows}],` +
      `"affected_row_count":${summary.affectedRowCount},` +
      `"last_insert_rowid":${encodeRowid(summary.lastInsertRowid)},"replication_index":null,` +
      `"rows_read":${summary.rowsRead},"rows_written":${summary.rowsWritten},` +
      `"query_duration_ms":${summary.durationMs}}`
    );
  }
}

/** The JSON text of one row. */
export function encodeRow(values: readonly SqlValue[]): string {
  let text = "[";
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (index > 0) text += ",";
    text += encodeValue(value === undefined ? null : value);
  }
  return `${text}]`;
}

/** Row ids travel as decimal strings, since they have 64 bits. */
export function encodeRowid(rowid: bigint | null): string {
  return rowid === null ? "null" : `"${rowid}"`;
}

/** The JSON text of a failed statement. */
export function encodeSqlError(error: SqlError): string {
  return JSON.stringify({ message: error.message, code: error.code });
}
