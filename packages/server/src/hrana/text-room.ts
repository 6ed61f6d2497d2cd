import { SqlError } from "./errors.ts";

/** Where there is room for the SQL texts that the clients of a database store together. */
export interface TextRoom {
  /** @throws SqlError where there is no room for so many bytes more */
  take(bytes: number): void;
  free(bytes: number): void;
}

/** Counts what the clients of each database store. */
export class TextRooms {
  readonly #most: number;
  readonly #bytes = new Map<string, number>();

  /** @param most bytes that one database may have */
  constructor(most: number) {
    this.#most = most;
  }

  of(databaseId: string): TextRoom {
    return {
      take: (bytes) => {
        const all = (this.#bytes.get(databaseId) ?? 0) + bytes;
        if (all > this.#most) throw this.#full();
        this.#bytes.set(databaseId, all);
      },
      free: (bytes) => {
        const rest = (this.#bytes.get(databaseId) ?? 0) - bytes;
        if (rest > 0) this.#bytes.set(databaseId, rest);
        else this.#bytes.delete(databaseId);
      },
    };
  }

  #full(): SqlError {
    return new SqlError(
      "SQL_STORE_TOO_MANY",
      `The SQL texts that all connections of a database store take ${this.#most} bytes at most in one engine process (an eighth of --max-engine-bytes); close some`,
    );
  }
}
