import { fstatSync, writeSync } from "node:fs";
import { placeLength, places, runningAt } from "../../engine/wire/large-replies.ts";
import { leastLength, type ReplyBody, writeBody } from "../../engine/wire/reply-body.ts";

/** Where a body lies in the file. */
interface Stored {
  readonly place: number;
  /** In bytes. */
  readonly length: number;
}

/** Leaves large replies in a file that the gateway has open, too. */
export class LargeReplies {
  readonly #descriptor: number;
  readonly #free: number[];
  /** A reply is put together here. */
  #whole: Buffer | undefined;
  readonly #running = Buffer.alloc(4);

  /** @param descriptor the file; where it is none, every reply takes the pipe */
  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.#free = isFile(descriptor) ? Array.from({ length: places }, (_, place) => place) : [];
  }

  /** Leaves a body; undefined where it is to take the pipe. */
  leave(body: ReplyBody): Stored | undefined {
    if (leastLength(body) > placeLength) return undefined;
    const place = this.#free.pop();
    if (place === undefined) return undefined;
    const length = this.#write(body, place);
    if (length !== undefined) return { place, length };
    this.#free.push(place);
    return undefined;
  }

  /** The gateway has what lay at a place. */
  taken(place: number): void {
    this.#free.push(place);
  }

  /**
   * Notes which command is run next, where the gateway finds it even if that makes this process fail;
   * 0 where that is not noted any more.
   */
  running(id: number): void {
    this.#running.writeUInt32LE(id);
    try {
      writeSync(this.#descriptor, this.#running, 0, this.#running.length, runningAt);
    } catch {
      // It is not known, then.
    }
  }

  /** @returns how many bytes; undefined where not all of them found room */
  #write(body: ReplyBody, place: number): number | undefined {
    this.#whole ??= Buffer.allocUnsafeSlow(placeLength);
    const length = writeBody(body, this.#whole, 0);
    if (length === undefined) return undefined;
    try {
      const written = writeSync(this.#descriptor, this.#whole, 0, length, place * placeLength);
      return written === length ? length : undefined;
    } catch {
      return undefined;
    }
  }
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}
