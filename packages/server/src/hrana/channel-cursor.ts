import type { ChannelStream } from "./channel-stream.ts";
import { type EntrySink, runCursor } from "./cursor.ts";
import type { Answer, Encoding, Piece } from "./encoding.ts";
import { checkUnread, type RequestLimits, type UnreadRows } from "./limits.ts";
import type { BatchStep } from "./requests.ts";
import type { Pause, Session, Steps } from "./session.ts";

/** A cursor runs ahead of its client by this much. */
const ahead = { entries: 128, length: 64 * 1024 };
/** No answer holds more than this, and one entry. */
const maxLength = 1024 * 1024;

/** What a cursor's run pauses with when it has entries enough: there is nothing to wait for. */
const enough: Pause = () => Promise.resolve();

/** A batch whose entries are fetched as its client asks for them. */
export class ChannelCursor<T extends Piece, S extends Session> implements EntrySink<T> {
  readonly stream: ChannelStream<S>;
  readonly #run: Steps<void>;
  readonly #limits: RequestLimits;
  readonly #unreadRows: UnreadRows;
  #entries: T[] = [];
  #length = 0;
  #wanted = 0;
  #wantedLength = 0;
  #isDone = false;

  constructor(
    stream: ChannelStream<S>,
    encoding: Encoding<T>,
    steps: readonly BatchStep[],
    { limits, unreadRows }: { readonly limits: RequestLimits; readonly unreadRows: UnreadRows },
  ) {
    this.stream = stream;
    this.#limits = limits;
    this.#unreadRows = unreadRows;
    this.#run = runCursor(stream, steps, encoding, this);
  }

  entry(entry: T): void {
    this.#entries.push(entry);
    this.#count(entry.length);
  }

  pause(): Pause | undefined {
    return this.#entries.length >= this.#wanted || this.#length >= this.#wantedLength
      ? enough
      : undefined;
  }

  checkRoom(): void {
    checkUnread(this.#length, this.#limits);
    this.#unreadRows.check();
  }

  /** Statements without rows run to their end, whoever fetches what they tell. */
  pauseAfterStep(): Pause | undefined {
    return undefined;
  }

  /** Begins to run; statements without rows run to their end, whoever fetches them. */
  *open(): Steps<void> {
    yield* this.#fill(ahead.entries, ahead.length);
  }

  /** The next entries, `maxCount` at most. */
  *fetch(maxCount: number): Steps<Answer<T>> {
    yield* this.#fill(maxCount, maxLength);
    const count = Math.min(maxCount, this.#fitting());
    const entries = this.#entries.splice(0, count);
    for (const entry of entries) this.#count(-entry.length);
    return { type: "fetch_cursor", entries, done: this.#isDone && this.#entries.length === 0 };
  }

  close(): void {
    this.#run.return();
    this.#isDone = true;
    this.#entries = [];
    this.#count(-this.#length);
    if (this.stream.cursor === this) this.stream.cursor = undefined;
  }

  *#fill(count: number, length: number): Steps<void> {
    this.#wanted = count;
    this.#wantedLength = length;
    let isInside = false;
    while (!this.#isDone && (isInside || this.pause() === undefined)) {
      const next = this.#run.next();
      if (next.done) this.#isDone = true;
      // A statement that pauses for others is gone on with; one that writes holds the lock.
      isInside = !next.done && next.value !== enough;
      if (!next.done && next.value !== enough) yield next.value;
    }
  }

  #count(length: number): void {
    this.#length += length;
    this.#unreadRows.length += length;
  }

  /** How many entries fit into one answer. */
  #fitting(): number {
    let length = 0;
    const index = this.#entries.findIndex((entry) => (length += entry.length) > maxLength);
    return index < 0 ? this.#entries.length : Math.max(1, index);
  }
}
