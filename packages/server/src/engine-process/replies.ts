import type { Socket } from "node:net";
import type { Piece } from "../hrana/encoding.ts";
import { LongText } from "../hrana/long-text.ts";
import type { Durability } from "./files/durability.ts";
import { encodeReply, framesPerWrite, replyKind, type ReplyKind } from "../engine/wire/frames.ts";
import { type LargeReply, shortestLarge } from "../engine/wire/large-replies.ts";
import type { ReplyBody } from "../engine/wire/reply-body.ts";
import type { LargeReplies } from "./files/large-replies.ts";

/** Replies on their way to the gateway, a few in one write. */
export class Replies {
  readonly #socket: Socket;
  readonly #durability: Durability;
  readonly #large: LargeReplies;
  #frames: Buffer[] = [];
  #gathered = 0;
  #isOver = false;

  constructor(socket: Socket, large: LargeReplies, durability: Durability) {
    this.#socket = socket;
    this.#large = large;
    this.#durability = durability;
  }

  whole(id: number, status: number, body: Piece): void {
    this.send(id, replyKind.whole, status, body);
  }

  send(id: number, kind: ReplyKind, status: number, body: Piece): void {
    const content = body instanceof LongText ? body.parts : body;
    if (body.length >= shortestLarge && this.#sendLarge(id, kind, status, content)) return;
    const frame = encodeReply(id, kind, status, content);
    this.#gathered += frame.length;
    this.#frames.push(frame);
    // Those that wait for the disk wait for it together.
    if (this.#frames.length >= framesPerWrite && this.#durability.isSettled) this.flush();
  }

  /** Tells the gateway what it has not asked for. */
  tell(kind: ReplyKind, body = ""): void {
    this.send(0, kind, 0, body);
  }

  /** @returns false where the reply has to take the pipe */
  #sendLarge(id: number, kind: ReplyKind, status: number, body: ReplyBody): boolean {
    const left = this.#large.leave(body);
    if (left === undefined) return false;
    const reply: LargeReply = { kind, ...left };
    this.#frames.push(encodeReply(id, replyKind.large, status, JSON.stringify(reply)));
    // The gateway goes on with it while this process goes on with others.
    if (this.#durability.isSettled) this.flush();
    return true;
  }

  /** The gateway has the large reply that lay at a place. */
  taken(place: number): void {
    this.#large.taken(place);
  }

  /** How many bytes the gateway has not taken. */
  get unsent(): number {
    return this.#gathered + this.#socket.writableLength;
  }

  /** Sends what was gathered. */
  flush(): void {
    const [first, ...rest] = this.#frames;
    if (first === undefined || this.#isOver) return;
    this.#durability.settle();
    this.#socket.write(rest.length === 0 ? first : Buffer.concat(this.#frames));
    this.#frames = [];
    this.#gathered = 0;
  }

  /**
   * Sends what was gathered, and nothing after that.
   *
   * @param taken called when the system has all of it
   */
  end(taken: () => void): void {
    this.flush();
    this.#isOver = true;
    this.#socket.end(taken);
  }
}
