import { statSync } from "node:fs";
import { SqlError } from "../../hrana/errors.ts";
import type { Connection } from "./connection.ts";

/** How large the log may be where the database may be larger, in bytes. */
const largestLog = 1024 ** 3;
/** How many writes come between two looks at it, where none of them can have written much. */
const writesPerLook = 64;

/**
 * Bounds the write-ahead log of one database. While somebody reads an old state, SQLite cannot use
 * the log from its beginning again: it would grow with every write, for as long as that reader likes.
 */
export class LogSize {
  readonly #path: string;
  readonly #most: number;
  /** It is not known how large it is before somebody has looked. */
  #writes = writesPerLook;
  #isFull = false;

  /** @param databaseBytes how large the database itself may be */
  constructor(path: string, databaseBytes: number) {
    this.#path = `${path}-wal`;
    this.#most = Math.min(databaseBytes, largestLog);
  }

  /** It was too large when somebody last looked. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Somebody may have written much: whoever writes next looks at it. */
  mayHaveGrown(): void {
    this.#writes = writesPerLook;
  }

  /**
   * Makes room where it has grown too large, before somebody writes.
   *
   * @returns why that may not be, where a reader keeps it too large
   */
  makeRoom(connection: Connection): SqlError | undefined {
    this.#writes += 1;
    if (!this.#isFull && this.#writes < writesPerLook) return undefined;
    this.#writes = 0;
    this.#isFull = this.#size() > this.#most;
    if (!this.#isFull) return undefined;
    connection.emptyLog();
    this.#isFull = this.#size() > this.#most;
    if (!this.#isFull) return undefined;
    return new SqlError(
      "SQLITE_FULL",
      `SQLite error: the log of the database has ${this.#most} bytes, as many as it may, and cannot begin anew while a transaction reads an older state; end that transaction`,
    );
  }

  #size(): number {
    return statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
  }
}
