import { partsInFlight, replyKind } from "../engine/wire/frames.ts";
import type { EntrySink } from "../hrana/cursor.ts";
import type { Pause } from "../hrana/session.ts";
import type { Replies } from "./replies.ts";

/** Entries are sent in parts of about this many characters. */
const partLength = 64 * 1024;

/** The reply to a cursor request, sent in parts, no faster than the client reads them. */
export class CursorReply implements EntrySink {
  readonly #id: number;
  readonly #replies: Replies;
  #text = "";
  #hasStarted = false;
  #inFlight = 0;
  #wake: (() => void) | undefined;

  constructor(id: number, replies: Replies) {
    this.#id = id;
    this.#replies = replies;
  }

  entry(text: string): void {
    this.#text += `${text}\n`;
    if (this.#text.length >= partLength) this.#sendPart();
  }

  pause(): Pause | undefined {
    if (this.#inFlight < partsInFlight) return undefined;
    return async () => {
      if (this.#inFlight < partsInFlight) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    };
  }

  /** The gateway has passed a part on. */
  partPassed(): void {
    this.#inFlight -= 1;
    this.wake();
  }

  /** Ends a pause. */
  wake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Sends what is left. */
  end(): void {
    if (!this.#hasStarted) {
      this.#replies.whole(this.#id, 200, this.#text);
      return;
    }
    this.#sendPart();
    this.#replies.send(this.#id, replyKind.end, 200, "");
  }

  #sendPart(): void {
    this.#replies.send(
      this.#id,
      this.#hasStarted ? replyKind.part : replyKind.start,
      200,
      this.#text,
    );
    this.#replies.flush();
    this.#hasStarted = true;
    this.#inFlight += 1;
    this.#text = "";
  }
}
