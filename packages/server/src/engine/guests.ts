import { boundedCache } from "../tools/bounded-cache.ts";
import type { EngineProcess } from "./engine-process.ts";

/** Processes that have, or had, something of a database that another one is the home of. */
export class Guests {
  readonly #of = boundedCache<string, Set<EngineProcess>>(100_000);

  add(databaseId: string, process: EngineProcess): void {
    const guests = this.#of.get(databaseId);
    if (guests === undefined) this.#of.set(databaseId, new Set([process]));
    else guests.add(process);
  }

  /** Whether any of them still has streams of the database, or orders for it. */
  areIn(databaseId: string): boolean {
    const guests = this.#of.get(databaseId);
    if (guests === undefined) return false;
    for (const guest of guests) {
      if (!guest.has(databaseId)) guests.delete(guest);
    }
    if (guests.size === 0) this.#of.delete(databaseId);
    return guests.size > 0;
  }
}
