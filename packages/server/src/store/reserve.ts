import { randomFillSync } from "node:crypto";
import { appendFileSync, statfsSync, statSync, truncateSync } from "node:fs";
import { dirname } from "node:path";

const reservedBytes = 1_000_000;
/** So much is given at a time, in bytes: more than most changes of the store need. */
const sliceBytes = 64 * 1024;

/**
 * Space on the disk that is kept for when there is no other: only what is written to the store
 * destroys databases, and so makes room.
 */
export class Reserve {
  readonly #path: string;
  #size: number;

  /** @param path of the file that takes the space */
  constructor(path: string) {
    this.#path = path;
    this.#size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Takes what is missing of the space, but never more than half of what is left on the disk. */
  take(): void {
    if (this.#size >= reservedBytes) return;
    try {
      const { bavail, bsize } = statfsSync(dirname(this.#path));
      const bytes = Math.min(reservedBytes - this.#size, Math.floor((bavail * bsize) / 2));
      if (bytes < sliceBytes) return;
      // Some file systems need no space for zeros.
      appendFileSync(this.#path, randomFillSync(Buffer.alloc(bytes)), { mode: 0o600 });
      this.#size += bytes;
    } catch {
      // There was less than it said.
      this.#size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    }
  }

  /** Gives a part of the space to whoever writes next. @returns false where there is none left */
  give(): boolean {
    if (this.#size === 0) return false;
    try {
      const left = Math.max(0, this.#size - sliceBytes);
      truncateSync(this.#path, left);
      this.#size = left;
      return true;
    } catch {
      return false;
    }
  }
}
