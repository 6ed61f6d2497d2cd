import type { EngineProcessSettings } from "../../engine/wire/settings.ts";
import { closeSync, fdatasyncSync, openSync } from "node:fs";

/**
 * Keeps replies back until what they tell is on the disk. Transactions are written to the log
 * without waiting for the disk (`synchronous = NORMAL`); before replies go out, the log of each
 * database that changed is flushed once. So commits share a flush with all that were made in the
 * same turn, and each is as durable as with `synchronous = FULL`.
 */
export class Durability {
  readonly #isFull: boolean;
  readonly #changed = new Set<string>();
  #failure: unknown;

  constructor(synchronous: EngineProcessSettings["synchronous"]) {
    this.#isFull = synchronous === "full";
  }

  /** A transaction on the database file was committed. */
  committed(path: string): void {
    if (this.#isFull) this.#changed.add(path);
  }

  /** Nothing was committed that is not on the disk. */
  get isSettled(): boolean {
    return this.#changed.size === 0;
  }

  /**
   * Puts all that was committed on the disk.
   *
   * @throws where the disk has ever failed: nobody may then be told of these commits. The system
   *   tells of it once; flushing again would seem to succeed
   */
  settle(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#changed.size === 0) return;
    try {
      for (const path of this.#changed) flush(`${path}-wal`);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
    this.#changed.clear();
  }
}

function flush(path: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r+");
  } catch (error) {
    // The last connection was closed, which put the log into the database, durably.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw error;
  }
  try {
    fdatasyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
