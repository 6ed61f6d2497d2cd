import { type Columns, noColumns } from "../columns.ts";
import type { ResultBuilder } from "../encoding.ts";
import type { ResponseLimit } from "../limits.ts";
import type { Pause, StatementSummary } from "../session.ts";
import type { SqlValue } from "../values.ts";
import { encodeValue } from "./values.ts";

/** Gathers the rows of one statement as the JSON text of its result. */
export class JsonResult implements ResultBuilder<string> {
  readonly #limit: ResponseLimit;
  readonly #wantRows: boolean;
  #columns = noColumns;
  #rows = "";

  constructor(limit: ResponseLimit, wantRows: boolean) {
    this.#limit = limit;
    this.#wantRows = wantRows;
  }

  begin(columns: Columns): void {
    this.#limit.begin(columns.json.length);
    this.#columns = columns;
  }

  row(values: readonly SqlValue[]): void {
    if (!this.#wantRows) return;
    const text = encodeRow(values);
    this.#limit.row(text.length);
    this.#rows += this.#rows === "" ? text : `,${text}`;
  }

  rows(count: number, json: string): void {
    if (!this.#wantRows) return;
    this.#limit.rows(count, json.length);
    this.#rows = json;
  }

  pause(): Pause | undefined {
    return undefined;
  }

  finish(summary: StatementSummary): string {
    return (
      `{"cols":${this.#columns.json},"rows":[${this.#rows}],` +
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
