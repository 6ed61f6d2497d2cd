import { ProtocolError } from "./errors.ts";
import type { Session, Steps } from "./session.ts";
import { Stream } from "./stream.ts";
import { streamExpired } from "./stream-expired.ts";

/** A stream of a channel, whose requests wait for each other. */
export class ChannelStream<S extends Session> extends Stream {
  declare readonly session: S;
  /** The cursor that is open on it: until that is closed, nothing else runs. */
  cursor: { close(): void } | undefined;
  #isBusy = false;
  #isExpired = false;
  readonly #waiting: (() => void)[] = [];

  constructor(session: S) {
    super(session);
    this.session = session;
  }

  /** Runs work after all that was given before. */
  *turn<R>(work: () => Steps<R>): Steps<R> {
    yield* this.take();
    try {
      return yield* work();
    } finally {
      this.pass();
    }
  }

  /** Waits for the stream; `pass` has to follow. */
  *take(): Steps<void> {
    if (this.#isBusy) yield () => new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isBusy = true;
  }

  /** The stream stays busy when it passes to the next one, so that nobody comes in between. */
  pass(): void {
    if (this.#isExpired) this.close();
    const next = this.#waiting.shift();
    if (next === undefined) this.#isBusy = false;
    else next();
  }

  /** Closes the stream, after what is at work on it. */
  expire(): void {
    this.#isExpired = true;
    if (!this.#isBusy) this.close();
  }

  /** Closes the stream at once: nothing may be at work on it. */
  close(): void {
    this.cursor?.close();
    this.session.close();
  }

  /** @throws ProtocolError where the stream was closed */
  checkOpen(): void {
    if (this.#isExpired) throw streamExpired("hasNotIdled");
  }

  /** @throws ProtocolError where no statement can run on the stream now */
  check(): void {
    this.checkOpen();
    if (this.cursor !== undefined) {
      throw new ProtocolError("CURSOR_OPEN", "A cursor is open on this stream; close it first");
    }
  }
}
