import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LargeReply, placeLength, runningAt } from "./wire/large-replies.ts";

/**
 * The file in which an engine process leaves large replies. The pipe takes a fifth of a megabyte at
 * a time, and each side would have to wait for the other several times for one reply.
 */
export class LargeReplyReader {
  readonly #descriptor: number | undefined = openUnnamed();

  /** What the process is started with: the file, or, where there can be none, nothing. */
  get stdio(): number | "ignore" {
    return this.#descriptor ?? "ignore";
  }

  /** What lies at a place; undefined where it cannot be read. */
  read({ place, length }: LargeReply): Buffer | undefined {
    return this.#read(length, place * placeLength);
  }

  /** The command that the process said it runs; undefined where it does not say so. */
  get running(): number | undefined {
    const id = this.#read(4, runningAt)?.readUInt32LE();
    return id === 0 ? undefined : id;
  }

  #read(length: number, position: number): Buffer | undefined {
    if (this.#descriptor === undefined) return undefined;
    const bytes = Buffer.allocUnsafe(length);
    try {
      const read = readSync(this.#descriptor, bytes, 0, length, position);
      return read === length ? bytes : undefined;
    } catch {
      return undefined;
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
  }
}

/** A file of this user that has no name any more, so that it is gone with those who have it open. */
function openUnnamed(): number | undefined {
  let descriptor: number | undefined;
  try {
    const path = join(tmpdir(), `logicaldb-replies-${randomUUID()}`);
    descriptor = openSync(path, "wx+", 0o600);
    rmSync(path);
    return descriptor;
  } catch {
    // All replies take the pipe, then.
    if (descriptor !== undefined) closeSync(descriptor);
    return undefined;
  }
}
