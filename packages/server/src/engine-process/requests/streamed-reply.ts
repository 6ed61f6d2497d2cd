import { replyKind } from "../../engine/wire/frames.ts";
import type { Piece } from "../../hrana/encoding.ts";
import type { Pause } from "../../hrana/session.ts";
import type { Replies } from "../replies.ts";

/** A reply is sent in parts of about this length. */
const partLength = 64 * 1024;
/** One that waits longer for the next piece, in milliseconds, is sent as it is. */
const partAge = 50;
/** How many pieces come between two looks at the clock. */
const piecesPerLook = 32;
/** What is under way and not read may take this much before those that write pause. */
const aheadLength = 4 * partLength;

/** A reply that is sent in parts, no faster than the client reads them. */
export class StreamedReply<T extends Piece> {
  readonly #id: number;
  readonly #replies: Replies;
  readonly #join: (pieces: readonly T[]) => T;
  #pieces: T[] = [];
  #length = 0;
  /** When the first piece came that is not sent. */
  #since = 0;
  #hasStarted = false;
  /** The lengths of the parts under way, in their order, and of all that is not read. */
  readonly #parts: number[] = [];
  #unread = 0;
  #wake: (() => void) | undefined;

  constructor(id: number, replies: Replies, join: (pieces: readonly T[]) => T) {
    this.#id = id;
    this.#replies = replies;
    this.#join = join;
  }

  /** Its client has been told that it is coming. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** The length of what its client has not read. */
  get unread(): number {
    return this.#unread;
  }

  write(piece: T): void {
    if (this.#pieces.length === 0) this.#since = performance.now();
    this.#pieces.push(piece);
    this.#unread += piece.length;
    this.#length += piece.length;
    if (this.#length >= partLength || this.#isOld()) this.#sendPart();
  }

  /** Something to wait for before writing more, if the client is slow. */
  pause(): Pause | undefined {
    if (this.#unread < aheadLength) return undefined;
    return async () => {
      if (this.#unread < aheadLength) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    };
  }

  /** The gateway has passed a part on. */
  partPassed(): void {
    this.#unread -= this.#parts.shift() ?? 0;
    this.wake();
  }

  /** Ends a pause. */
  wake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Sends what there is, since more may take a while. */
  flush(): void {
    if (this.#pieces.length > 0) this.#sendPart();
  }

  /** Sends what is left. */
  end(): void {
    if (!this.#hasStarted) {
      this.#replies.whole(this.#id, 200, this.#take());
      return;
    }
    this.#sendPart();
    this.#replies.send(this.#id, replyKind.end, 200, "");
  }

  #isOld(): boolean {
    return this.#pieces.length % piecesPerLook === 0 && performance.now() - this.#since > partAge;
  }

  #sendPart(): void {
    this.#parts.push(this.#length);
    const kind = this.#hasStarted ? replyKind.part : replyKind.start;
    this.#replies.send(this.#id, kind, 200, this.#take());
    this.#replies.flush();
    this.#hasStarted = true;
  }

  #take(): T {
    const part = this.#join(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    return part;
  }
}
