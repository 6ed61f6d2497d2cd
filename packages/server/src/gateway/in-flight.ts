import type { Failure } from "../engine/engine.ts";
import { databaseRequestsTooMany } from "./failures.ts";
import type { Load } from "./load.ts";
import type { Share } from "./share.ts";

/** What comes of a message is counted in steps of this many bytes. */
const step = 64 * 1024;

/** So many bytes are more than the answers to the server's own questions, which come between. */
const leastProgress = 1_024;

/** A client that has more requests under way, or does not read its answers, is not read either. */
const most = { requests: 128, requestBytes: 16 * 1024 * 1024, unreadBytes: 8 * 1024 * 1024 };

/**
 * Answers of this length, in bytes, are sent in any case; where there is no room for more, no more
 * may be unread.
 */
const shortAnswer = 64 * 1024;

/** The requests of one WebSocket that are under way, and what the server keeps of them. */
export class InFlight {
  readonly #load: Load;
  readonly #share: Share;
  /** How large each is, in bytes, the oldest first. */
  #sizes: number[] = [];
  #bytes = 0;
  /** What has come of a message that is not whole yet, how much of that is counted, and how much was there at the last look. */
  #unfinished = 0;
  #counted = 0;
  #seen = 0;
  #unread = 0;

  /** @param databaseId whose requests they are */
  constructor(load: Load, databaseId: string) {
    this.#load = load;
    this.#share = load.shareOf(databaseId);
  }

  get count(): number {
    return this.#sizes.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Counts a request until it is answered, be it with a refusal.
   *
   * @returns why it is refused, where it is
   */
  begin(bytes: number): Failure | undefined {
    const refusal = this.#refusal();
    this.#load.begin(this.#share);
    const crowding = this.#load.keep(bytes, this.#share);
    const kept = crowding === undefined ? bytes : 0;
    this.#sizes.push(kept);
    this.#bytes += kept;
    return refusal ?? crowding;
  }

  /** One is answered: as good as the oldest. */
  end(): void {
    const bytes = this.#sizes.shift();
    if (bytes === undefined) return;
    this.#bytes -= bytes;
    this.#load.end(this.#share);
    this.#load.release(bytes, this.#share);
  }

  /**
   * Counts what has come of the next message.
   *
   * @param bytes negative for what turned out to be none of a message
   * @returns why no more of it is kept, where there is no room
   */
  receive(bytes: number): Failure | undefined {
    this.#unfinished += bytes;
    const more = this.#unfinished - this.#counted;
    if (more < step) return undefined;
    const refusal = this.#load.keep(more, this.#share);
    if (refusal === undefined) this.#counted += more;
    return refusal;
  }

  /** The message is whole. */
  received(): void {
    this.#load.release(this.#counted, this.#share);
    this.#unfinished = 0;
    this.#counted = 0;
    this.#seen = 0;
  }

  /** Whether next to nothing has come of an unfinished message since the last time that this was asked. */
  hasStalled(): boolean {
    const isSame = this.#unfinished >= step && this.#unfinished - this.#seen < leastProgress;
    this.#seen = this.#unfinished;
    return isSame;
  }

  /** The client has not taken so many bytes of what it was sent. */
  set unread(bytes: number) {
    this.#load.hold(bytes - this.#unread, this.#share);
    this.#unread = bytes;
  }

  /** Whether an answer of so many bytes may be kept until the client takes it. */
  hasRoomFor(bytes: number): boolean {
    return bytes <= shortAnswer || this.#load.hasRoom(bytes, this.#share);
  }

  /**
   * Whether the client asks for more than it takes, and is not to be read.
   *
   * @param waiting how many requests have come besides those that are under way
   */
  isFull(waiting = 0): boolean {
    return (
      this.count + waiting >= most.requests ||
      this.#bytes >= most.requestBytes ||
      this.#unread >= most.unreadBytes ||
      (this.#unread >= shortAnswer && !this.#load.hasRoom(0, this.#share))
    );
  }

  /** Nobody waits for an answer any more. */
  endAll(): void {
    this.received();
    this.unread = 0;
    this.#load.end(this.#share, this.#sizes.length);
    this.#load.release(this.#bytes, this.#share);
    this.#sizes = [];
    this.#bytes = 0;
  }

  #refusal(): Failure | undefined {
    if (this.#load.isFull) return this.#load.refusal;
    return this.#share.isFull ? databaseRequestsTooMany(this.#share.mostRequests) : undefined;
  }
}
