import type { StreamCount } from "./wire/stream-count.ts";

/** Who has something in an engine process: databases with open streams, and connected clients. */
export class Occupants {
  readonly #streamsOf = new Map<string, number>();
  /** What is called for each client when the process ends. */
  readonly #clients = new Set<() => void>();
  #streams = 0;

  /** How many streams are left open in it. */
  get streams(): number {
    return this.#streams;
  }

  /** The databases that they are of. */
  get databases(): Iterable<string> {
    return this.#streamsOf.keys();
  }

  get areNone(): boolean {
    return this.#streams === 0 && this.#clients.size === 0;
  }

  /** How many of the streams are of a database. */
  streamsOf(databaseId: string): number {
    return this.#streamsOf.get(databaseId) ?? 0;
  }

  /** The process has another number of streams. */
  setStreams({ count, databaseId, ofDatabase }: StreamCount): void {
    this.#streams = count;
    if (ofDatabase === 0) this.#streamsOf.delete(databaseId);
    else this.#streamsOf.set(databaseId, ofDatabase);
  }

  /** From here on, `ended` is called when the process ends: a client's streams live in it. */
  attach(ended: () => void): void {
    this.#clients.add(ended);
  }

  /** The client is gone, or knows. */
  detach(ended: () => void): void {
    this.#clients.delete(ended);
  }

  /**
   * The process has ended, and nobody has anything in it.
   *
   * @returns what is to be called for the clients
   */
  clear(): readonly (() => void)[] {
    const clients = [...this.#clients];
    this.#clients.clear();
    this.#streamsOf.clear();
    this.#streams = 0;
    return clients;
  }
}
