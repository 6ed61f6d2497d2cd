import type { Socket } from "node:net";
import type { Piece } from "../hrana/encoding.ts";
import { LongText } from "../hrana/long-text.ts";
import type { Durability } from "./durability.ts";
import { encodeReply, framesPerWrite, replyKind, type ReplyKind } from "../engine/wire/frames.ts";

/** Replies on their way to the gateway, a few in one write. */
export class Replies {
  readonly #socket: Socket;
  readonly #durability: Durability;
  #frames: Buffer[] = [];

  constructor(socket: Socket, durability: Durability) {
    this.#socket = socket;
    this.#durability = durability;
  }

  whole(id: number, status: number, body: Piece): void {
    this.send(id, replyKind.whole, status, body);
  }

  send(id: number, kind: ReplyKind, status: number, body: Piece): void {
    const content = body instanceof LongText ? body.parts : body;
    this.#frames.push(encodeReply(id, kind, status, content));
    // Those that wait for the disk wait for it together.
    if (this.#frames.length >= framesPerWrite && this.#durability.isSettled) this.flush();
  }

  /** Sends what was gathered. */
  flush(): void {
    const [first, ...rest] = this.#frames;
    if (first === undefined) return;
    this.#durability.settle();
    this.#socket.write(rest.length === 0 ? first : Buffer.concat(this.#frames));
    this.#frames = [];
  }
}
