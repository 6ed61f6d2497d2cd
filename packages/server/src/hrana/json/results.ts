import { type Columns, noColumns } from "../columns.ts";
import type { ResultBuilder } from "../encoding.ts";
import type { ResponseLimit } from "../limits.ts";
import { LongText, longLength, type Text, type TextPart } from "../long-text.ts";
import type { Pause, StatementSummary } from "../session.ts";
import type { SqlValue } from "../values.ts";
import { encodeValue } from "./values.ts";

/** Gathers the rows of one statement as the JSON text of its result. */
export class JsonResult implements ResultBuilder<Text> {
  readonly #limit: ResponseLimit;
  readonly wantsRows: boolean;
  #columns = noColumns;
  /** Those that are long, or many. */
  readonly #parts: TextPart[] = [];
  /** Those that came since. */
  #rows = "";
  #isFirst = true;

  constructor(limit: ResponseLimit, wantRows: boolean) {
    this.#limit = limit;
    this.wantsRows = wantRows;
  }

  begin(columns: Columns): void {
    this.#limit.begin(columns);
    this.#columns = columns;
  }

  row(values: readonly SqlValue[]): void {
    if (!this.wantsRows) return;
    const text = encodeRow(values);
    this.#limit.row(text.length);
    if (!this.#isFirst) this.#rows += ",";
    this.#isFirst = false;
    if (typeof text === "string") this.#rows += text;
    else this.#keep(text.parts);
    if (this.#rows.length >= longLength) this.#keep([]);
  }

  rows(columns: Columns, count: number, json: string): boolean {
    if (this.wantsRows && !this.#limit.hasRoom(columns, count, json.length)) return false;
    this.begin(columns);
    if (!this.wantsRows) return true;
    this.#limit.rows(count, json.length);
    this.#rows = json;
    if (json.length >= longLength) this.#keep([]);
    return true;
  }

  pause(): Pause | undefined {
    return undefined;
  }

  finish(summary: StatementSummary): Text {
    const head = `{"cols":${this.#columns.json},"rows":[`;
    const tail =
      `],"affected_row_count":${summary.affectedRowCount},` +
      `"last_insert_rowid":${encodeRowid(summary.lastInsertRowid)},"replication_index":null,` +
      `"rows_read":${summary.rowsRead},"rows_written":${summary.rowsWritten},` +
      `"query_duration_ms":${summary.durationMs}}`;
    if (this.#parts.length === 0) return `${head}${this.#rows}${tail}`;
    return new LongText([head, ...this.#parts, this.#rows, tail]);
  }

  #keep(parts: readonly TextPart[]): void {
    this.#parts.push(this.#rows, ...parts);
    this.#rows = "";
  }
}

/** The JSON text of one row. */
export function encodeRow(values: readonly SqlValue[]): Text {
  let text = "[";
  const parts: TextPart[] = [];
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (index > 0) text += ",";
    const encoded = encodeValue(value === undefined ? null : value);
    if (typeof encoded === "string") {
      text += encoded;
    } else {
      parts.push(text, ...encoded.parts);
      text = "";
    }
  }
  return parts.length === 0 ? `${text}]` : new LongText([...parts, `${text}]`]);
}

/** Row ids travel as decimal strings, since they have 64 bits. */
export function encodeRowid(rowid: bigint | null): string {
  return rowid === null ? "null" : `"${rowid}"`;
}
