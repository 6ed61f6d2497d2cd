import { randomFillSync } from "node:crypto";
import { rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const BYTES = 1_000_000;
/** The reserve is made only where the disk has so many times its size. */
const PLENTY = 4;

/**
 * Space on the disk that is kept for when there is no other: only what is written to the store
 * destroys databases, and so makes room.
 */
export class Reserve {
  readonly #path: string;
  #isThere: boolean;

  /** @param path of the file that takes the space */
  constructor(path: string) {
    this.#path = path;
    this.#isThere = statSync(path, { throwIfNoEntry: false })?.size === BYTES;
  }

  /** Takes the space, unless it is taken or the disk is nearly full. */
  take(): void {
    if (this.#isThere) return;
    try {
      const { bavail, bsize } = statfsSync(dirname(this.#path));
      if (bavail * bsize < PLENTY * BYTES) return;
      // Some file systems need no space for zeros.
      writeFileSync(this.#path, randomFillSync(Buffer.alloc(BYTES)), { mode: 0o600 });
      this.#isThere = true;
    } catch {
      // There was less than it said.
      this.#remove();
    }
  }

  /** Gives the space to whoever writes next. @returns false where there is none left to give */
  give(): boolean {
    if (!this.#isThere) return false;
    this.#isThere = false;
    return this.#remove();
  }

  #remove(): boolean {
    try {
      rmSync(this.#path, { force: true });
      return true;
    } catch {
      return false;
    }
  }
}
