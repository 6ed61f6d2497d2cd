import type { Failure } from "./engine.ts";
import { databaseQuarantined } from "./failures.ts";
import { report } from "./report.ts";

const second = 1_000;
const minute = 60 * second;
/** So long after a process failed, those that are started are watched, each for as long. */
const watch = 10 * minute;
/** A database that was under way in so many processes when they failed is kept apart. */
const enough = 2;
/** How long it is kept apart after the last of them: this long, and twice as long after each more. */
const stay = { shortest: minute, longest: 60 * minute };
/** How long it is refused after one that failed while it was kept apart, which doubles likewise. */
const refused = { shortest: second, longest: minute };

/** What is known against a database. */
interface Suspect {
  /** How many processes failed while something of it was under way. */
  readonly failures: number;
  /** When the last of them did. */
  readonly last: number;
}

/**
 * Finds the databases that make their processes fail. One that has done so again is kept apart from
 * the others, which it no longer harms; one that goes on is not run at all for a growing while.
 */
export class Quarantine {
  readonly #options: { readonly isSilent?: boolean };
  readonly #now: () => number;
  readonly #suspects = new Map<string, Suspect>();
  #watchesUntil = -Infinity;

  /** @param now the time in milliseconds, for tests */
  constructor(options: { readonly isSilent?: boolean }, now = () => performance.now()) {
    this.#options = options;
    this.#now = now;
  }

  /** For how long a process that is started now is to tell what it runs, in milliseconds. */
  get watchTime(): number {
    return this.#now() < this.#watchesUntil ? watch : 0;
  }

  /**
   * A process has failed.
   *
   * @param databases the one that it was at work on; where that is not known, all that it may have
   *   been at work on
   */
  failed(databases: Iterable<string>): void {
    const now = this.#now();
    for (const [databaseId, suspect] of this.#suspects) {
      if (isForgotten(suspect, now)) this.#suspects.delete(databaseId);
    }
    for (const databaseId of databases) {
      this.#watchesUntil = now + watch;
      const failures = (this.#suspects.get(databaseId)?.failures ?? 0) + 1;
      this.#suspects.set(databaseId, { failures, last: now });
      if (failures < enough) continue;
      report(this.#options, "A database makes its engine processes fail; it is kept apart", {
        database: databaseId,
        failures,
        apartFor: stayOf(failures) / second,
        refusedFor: refusedFor(failures) / second,
      });
    }
  }

  /** Whether a database is kept apart from the others. */
  has(databaseId: string): boolean {
    const suspect = this.#suspects.get(databaseId);
    if (suspect === undefined) return false;
    const now = this.#now();
    if (isForgotten(suspect, now)) this.#suspects.delete(databaseId);
    return now - suspect.last < stayOf(suspect.failures);
  }

  /** Why nothing is run on a database now, where that is so. */
  refusalOf(databaseId: string): Failure | undefined {
    const suspect = this.#suspects.get(databaseId);
    if (suspect === undefined) return undefined;
    const left = suspect.last + refusedFor(suspect.failures) - this.#now();
    return left > 0 ? databaseQuarantined(Math.ceil(left / second)) : undefined;
  }
}

function stayOf(failures: number): number {
  return failures < enough ? 0 : doubled(stay, failures - enough);
}

function refusedFor(failures: number): number {
  return failures <= enough ? 0 : doubled(refused, failures - enough - 1);
}

function doubled(time: { shortest: number; longest: number }, times: number): number {
  return Math.min(time.longest, time.shortest * 2 ** times);
}

function isForgotten({ failures, last }: Suspect, now: number): boolean {
  return now - last >= stayOf(failures) + watch;
}
