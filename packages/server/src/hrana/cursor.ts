import { runBatch } from "./batch.ts";
import type { Columns } from "./columns.ts";
import type { Encoding, Piece } from "./encoding.ts";
import type { BatchStep } from "./requests.ts";
import type { Pause, RowSink, Steps } from "./session.ts";
import type { Stream } from "./stream.ts";
import type { SqlValue } from "./values.ts";

/** Takes the entries of a cursor. */
export interface EntrySink<T> {
  entry(entry: T): void;
  /** Asked before each row of a statement, some of which do not pause; throws `SqlError` where there is no room for more. */
  checkRoom(): void;
  /** Asked between rows: something to wait for before the next entries, if any. */
  pause(): Pause | undefined;
  /** The same, between statements. */
  pauseAfterStep(): Pause | undefined;
}

/**
 * Runs a batch and hands out its entries as they come (Hrana 3, “Cursor entries”).
 *
 * @throws ProtocolError where a statement names what its stream does not have
 */
export function* runCursor<T extends Piece>(
  stream: Stream,
  steps: readonly BatchStep[],
  encoding: Encoding<T>,
  entries: EntrySink<T>,
): Steps<void> {
  yield* runBatch(
    stream,
    steps,
    function* run(step, index) {
      const rows = new RowEntries(encoding, entries, index, step.statement.wantRows);
      const sql = stream.texts.resolve(step.statement.source);
      const summary = yield* stream.session.execute(sql, step.statement.args, rows);
      entries.entry(encoding.stepEnd(summary));
      const pause = entries.pauseAfterStep();
      if (pause !== undefined) yield pause;
    },
    (index, error) => entries.entry(encoding.stepError(index, error)),
  );
}

class RowEntries<T extends Piece> implements RowSink {
  readonly #encoding: Encoding<T>;
  readonly #entries: EntrySink<T>;
  readonly #step: number;
  readonly wantsRows: boolean;
  #hasBegun = false;

  constructor(encoding: Encoding<T>, entries: EntrySink<T>, step: number, wantRows: boolean) {
    this.#encoding = encoding;
    this.#entries = entries;
    this.#step = step;
    this.wantsRows = wantRows;
  }

  start(columns: Columns): void {
    this.begin(columns);
  }

  begin(columns: Columns): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#entries.entry(this.#encoding.stepBegin(this.#step, columns));
  }

  row(values: readonly SqlValue[]): void {
    if (!this.wantsRows) return;
    this.#entries.checkRoom();
    this.#entries.entry(this.#encoding.row(values));
  }

  pause(): Pause | undefined {
    return this.#entries.pause();
  }
}
