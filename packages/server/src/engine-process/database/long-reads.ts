import { LRUCache } from "lru-cache";

/** A read that takes less time, in milliseconds, is not worth the way to another process. */
const shortest = 0.25;
/** With one that takes more, one database would keep the others of that process waiting. */
const longest = 10;
const remembered = 100;

/** How long the reads of a database took, those that other processes could run. */
export class LongReads {
  /** Most databases have none. */
  #times: LRUCache<string, number> | undefined;

  /** Notes how long a read took, in milliseconds. */
  note(sql: string, time: number): void {
    if (time < shortest || time > longest) this.#times?.delete(sql);
    else (this.#times ??= new LRUCache({ max: remembered })).set(sql, time);
  }

  /** How long it took the last time; undefined where it is for its own process. */
  timeOf(sql: string): number | undefined {
    return this.#times?.get(sql);
  }
}
