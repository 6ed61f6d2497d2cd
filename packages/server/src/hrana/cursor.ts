import { runBatch } from "./batch.ts";
import type { BatchStep } from "./requests.ts";
import { encodeRow, encodeRowid, encodeSqlError } from "./results.ts";
import type { Pause, RowSink, Steps } from "./session.ts";
import type { Stream } from "./stream.ts";
import type { SqlValue } from "./values.ts";

/** Takes the entries of a cursor, one JSON text each. */
export interface EntrySink {
  entry(text: string): void;
  /** Asked between rows: something to wait for before the next entries, if any. */
  pause(): Pause | undefined;
}

/**
 * Runs a batch and hands out its entries as they come
 * (Hrana 3 over HTTP, “Execute a batch using a cursor”).
 */
export function* runCursor(
  stream: Stream,
  steps: readonly BatchStep[],
  entries: EntrySink,
): Steps<void> {
  yield* runBatch(
    stream,
    steps,
    function* run(step, index) {
      const rows = new RowEntries(entries, index, step.statement.wantRows);
      const sql = stream.resolve(step.statement.source);
      const summary = yield* stream.session.execute(sql, step.statement.args, rows);
      entries.entry(
        `{"type":"step_end","affected_row_count":${summary.affectedRowCount},` +
          `"last_insert_rowid":${encodeRowid(summary.lastInsertRowid)}}`,
      );
    },
    (index, error) => {
      entries.entry(`{"type":"step_error","step":${index},"error":${encodeSqlError(error)}}`);
    },
  );
}

class RowEntries implements RowSink {
  readonly #entries: EntrySink;
  readonly #step: number;
  readonly #wantRows: boolean;

  constructor(entries: EntrySink, step: number, wantRows: boolean) {
    this.#entries = entries;
    this.#step = step;
    this.#wantRows = wantRows;
  }

  begin(columns: string): void {
    this.#entries.entry(`{"type":"step_begin","step":${this.#step},"cols":${columns}}`);
  }

  row(values: readonly SqlValue[]): void {
    if (this.#wantRows) this.#entries.entry(`{"type":"row","row":${encodeRow(values)}}`);
  }

  pause(): Pause | undefined {
    return this.#entries.pause();
  }
}
