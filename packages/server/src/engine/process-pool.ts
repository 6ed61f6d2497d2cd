import { LRUCache } from "lru-cache";
import type { EmbeddedEngineOptions } from "./embedded-engine-options.ts";
import { EngineProcess } from "./engine-process.ts";

/** Processes beyond the usual ones, for when statements hold all of those up. */
const maxExtraProcesses = 6;
/** An extra process that had nothing to do for this long, in milliseconds, is ended. */
const extraIdleTime = 30_000;
/** After a process that ended before it served, the next is started later, up to so many milliseconds. */
const longestBackoff = 5_000;

/** The process that a request goes to. */
export interface Choice {
  readonly process: EngineProcess;
  /** Another process used the database since this one did. */
  readonly isStale: boolean;
}

interface Slot {
  process: EngineProcess;
  /** How often in a row a process ended before it served. */
  failedStarts: number;
}

/**
 * The engine processes. Each database has its home among them, so that its streams and its
 * statements are in one place; while a statement of one database holds a process up, the other
 * databases that live there are served by the next.
 */
export class ProcessPool {
  readonly statementTimeout: number;
  readonly #options: EmbeddedEngineOptions;
  readonly #slots: Slot[];
  readonly #extras: EngineProcess[] = [];
  /** Databases last used away from their home, with the process that did. */
  readonly #away = new LRUCache<string, number>({ max: 100_000 });
  #lastIncarnation = 0;
  #isStopping = false;
  #ready: (() => void) | undefined;
  readonly #started: Promise<void>;
  #running = 0;
  #allGone: (() => void) | undefined;

  constructor(options: EmbeddedEngineOptions) {
    this.#options = options;
    this.statementTimeout = options.statementTimeout;
    this.#started = new Promise((resolve) => (this.#ready = resolve));
    // The others start when a database calls for them: all together would hold each other up.
    this.#slots = [this.#fillSlot()];
  }

  /** Resolves when the first process serves; the others follow with the databases. */
  async started(): Promise<void> {
    await this.#started;
  }

  /** Every process that runs. */
  get processes(): EngineProcess[] {
    return [...this.#slots.map((slot) => slot.process), ...this.#extras];
  }

  /** The process that runs the next request for a database. */
  choose(databaseId: string): Choice {
    const home = hash(databaseId) % this.#options.processes;
    while (this.#slots.length <= home) this.#slots.push(this.#fillSlot());
    const process = this.#firstFree(home, databaseId);
    const isHome = process === this.#slots[home]?.process;
    const lastUsedBy = this.#away.get(databaseId);
    if (isHome && lastUsedBy === undefined) return { process, isStale: false };
    if (isHome) this.#away.delete(databaseId);
    else this.#away.set(databaseId, process.incarnation);
    return { process, isStale: lastUsedBy !== process.incarnation };
  }

  /**
   * Notes that a process goes on with a database, since it has a stream of it.
   *
   * @returns whether another process used the database since this one did
   */
  visit(databaseId: string, process: EngineProcess): boolean {
    const home = this.#slots[hash(databaseId) % this.#options.processes]?.process;
    const lastUsedBy = this.#away.get(databaseId) ?? home?.incarnation;
    if (lastUsedBy === process.incarnation) return false;
    if (process === home) this.#away.delete(databaseId);
    else this.#away.set(databaseId, process.incarnation);
    return true;
  }

  /** Ends every process when it has done what it was given. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const gone = new Promise<void>((resolve) => (this.#allGone = resolve));
    for (const process of this.processes) process.stop();
    const overdue = setTimeout(() => {
      for (const process of this.processes) process.kill();
    }, 2_000);
    if (this.#running > 0) await gone;
    clearTimeout(overdue);
  }

  #firstFree(home: number, databaseId: string): EngineProcess {
    const usual = this.#slots[home]?.process;
    if (usual?.hasServed === true && !this.#isAnyHeldUp()) return usual;
    const inOrder = [...this.#slots.slice(home), ...this.#slots.slice(0, home)];
    const all = [...inOrder.map((slot) => slot.process), ...this.#extras];
    // A database waits for its own statement, so that it holds one process up and not all.
    const own = all.find((process) => process.heldUpBy === databaseId);
    const free = all.filter((process) => !process.isHeldUp);
    return own ?? free.find((process) => process.hasServed) ?? free[0] ?? this.#addExtra(all);
  }

  #isAnyHeldUp(): boolean {
    for (const slot of this.#slots) if (slot.process.isHeldUp) return true;
    for (const process of this.#extras) if (process.isHeldUp) return true;
    return false;
  }

  #addExtra(all: readonly EngineProcess[]): EngineProcess {
    const [home] = all;
    if (this.#extras.length >= maxExtraProcesses && home !== undefined) return home;
    const process: EngineProcess = this.#spawn(() => {
      this.#extras.splice(this.#extras.indexOf(process), 1);
    });
    this.#extras.push(process);
    const timer = setInterval(() => {
      if (!process.isIdle) return;
      clearInterval(timer);
      process.stop();
    }, extraIdleTime);
    timer.unref();
    return process;
  }

  #fillSlot(): Slot {
    const slot: Slot = { failedStarts: 0, process: this.#spawn(() => this.#refill(slot)) };
    return slot;
  }

  /** Starts a process in the place of one that ended. */
  #refill(slot: Slot): void {
    if (this.#isStopping) return;
    slot.failedStarts = slot.process.hasServed ? 0 : slot.failedStarts + 1;
    const delay =
      slot.failedStarts === 0 ? 0 : Math.min(longestBackoff, 50 * 2 ** slot.failedStarts);
    slot.process = this.#spawn(() => this.#refill(slot), delay);
  }

  #spawn(gone: () => void, delay = 0): EngineProcess {
    this.#lastIncarnation += 1;
    this.#running += 1;
    const settings = { ...this.#options, incarnation: this.#lastIncarnation };
    return new EngineProcess(
      settings,
      {
        ready: () => this.#ready?.(),
        gone: () => {
          this.#running -= 1;
          gone();
          if (this.#running === 0) this.#allGone?.();
        },
      },
      delay,
    );
  }
}

/** DbIds are random: any part of one spreads them evenly. */
function hash(databaseId: string): number {
  return Number.parseInt(databaseId.slice(0, 8), 16);
}
