import { TooManyError } from "../../hrana/errors.ts";
import type { StreamCount } from "../../engine/wire/stream-count.ts";
import type { EngineLimits } from "../../options/limits.ts";

/** What a stream that is left open holds until it is closed. */
export interface StreamPlace {
  free(): void;
}

/** Counts the streams that are left open in this process, and refuses those that are too many. */
export class StreamPlaces {
  readonly #limits: Pick<EngineLimits, "databaseStreams" | "streams">;
  readonly #changed: (open: StreamCount) => void;
  readonly #byDatabase = new Map<string, number>();
  readonly #elsewhere = new Map<string, number>();
  #count = 0;
  /** All processes together have as many as there may be; the gateway tells. */
  isServerFull = false;

  /** @param changed told how many there are, whenever that changes */
  constructor(
    limits: Pick<EngineLimits, "databaseStreams" | "streams">,
    changed: (open: StreamCount) => void,
  ) {
    this.#limits = limits;
    this.#changed = changed;
  }

  /** @throws TooManyError where the database, or the server, has as many as it may */
  take(databaseId: string): StreamPlace {
    const { databaseStreams, streams } = this.#limits;
    const open = this.#byDatabase.get(databaseId) ?? 0;
    const elsewhere = this.#elsewhere.get(databaseId) ?? 0;
    if (open + elsewhere >= databaseStreams) throw tooMany("database", databaseStreams);
    if (this.isServerFull || this.#count >= streams) throw tooMany("server", streams);
    this.#set(databaseId, open + 1, 1);
    return {
      free: () => this.#set(databaseId, (this.#byDatabase.get(databaseId) ?? 1) - 1, -1),
    };
  }

  /** A database has so many open streams in other processes. */
  setElsewhere(databaseId: string, count: number): void {
    if (count === 0) this.#elsewhere.delete(databaseId);
    else this.#elsewhere.set(databaseId, count);
  }

  #set(databaseId: string, open: number, change: number): void {
    if (open === 0) this.#byDatabase.delete(databaseId);
    else this.#byDatabase.set(databaseId, open);
    this.#count += change;
    this.#changed({ count: this.#count, databaseId, ofDatabase: open });
  }
}

function tooMany(what: "database" | "server", most: number): TooManyError {
  return new TooManyError(
    "STREAMS_TOO_MANY",
    `The ${what} has ${most} open streams, as many as it may; close streams with \`close\`, or try again when others have`,
  );
}
