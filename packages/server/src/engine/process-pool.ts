import { boundedCache } from "../tools/bounded-cache.ts";
import type { EmbeddedEngineOptions } from "./embedded-engine-options.ts";
import type { Failure } from "./engine.ts";
import type { EngineProcess } from "./engine-process.ts";
import { EngineCannotStart } from "./cannot-start.ts";
import { ProcessSet } from "./process-set.ts";
import { commandFlag } from "./wire/frames.ts";

/** With one order more than it works on, a helper need not wait for the next. */
const helperLoad = 2;

/** The process that a request goes to. */
export interface Choice {
  readonly process: EngineProcess;
  /** What the process is told with the request: whether others have the database, too. */
  readonly flags: number;
}

/**
 * Chooses the engine process of each request. Each database has its home among them, so that its
 * streams and its statements are in one place; while a statement of one database holds a process
 * up, the other databases that live there are served by the next, and where it only reads, so is
 * its own.
 */
export class ProcessPool {
  readonly statementTimeout: number;
  readonly #options: EmbeddedEngineOptions;
  readonly #set: ProcessSet;
  /** Databases last used away from their home, with the process that did. */
  readonly #away = boundedCache<string, number>(100_000);
  /** How often what was begun on a database was ended. */
  readonly #endings = boundedCache<string, number>(100_000);
  readonly #started: Promise<void>;

  constructor(options: EmbeddedEngineOptions) {
    this.#options = options;
    this.statementTimeout = options.statementTimeout;
    let ready = () => {};
    let failed = () => {};
    this.#started = new Promise((resolve, reject) => {
      ready = resolve;
      failed = () => reject(new EngineCannotStart());
    });
    // Whoever waits for it hears of it.
    this.#started.catch(() => {});
    this.#set = new ProcessSet(
      options,
      () => ready(),
      () => failed(),
    );
    // The others start when a database calls for them: all together would hold each other up.
    this.#set.slot(0);
  }

  /**
   * Resolves when the first process serves; the others follow with the databases.
   *
   * @throws EngineCannotStart
   */
  async started(): Promise<void> {
    await this.#started;
  }

  /** Every process that may hold a stream or an open database. */
  get processes(): EngineProcess[] {
    return this.#set.all;
  }

  /** What was begun on a database is over; what waits there is given back. */
  end(databaseId: string): void {
    this.#endings.set(databaseId, this.endingsOf(databaseId) + 1);
    for (const process of this.processes) {
      process.giveBack((order) => order.databaseId === databaseId);
    }
  }

  /** Another number each time that what was begun on a database was ended. */
  endingsOf(databaseId: string): number {
    return this.#endings.get(databaseId) ?? 0;
  }

  /** Nothing new is begun. */
  get isStopping(): boolean {
    return this.#set.isStopping;
  }

  /** A database is made: where the process that is its home was never started, it is now. */
  expect(databaseId: string): void {
    this.#set.slot(hash(databaseId) % this.#options.processes);
  }

  /** The process that runs the next request for a database. */
  choose(databaseId: string): Choice {
    if (this.#set.quarantine.has(databaseId) && !this.isStopping) {
      return this.#chooseApart(databaseId);
    }
    const home = hash(databaseId) % this.#options.processes;
    const usual = this.#set.slot(home);
    const process = this.#firstFree(usual, home, databaseId);
    const isHome = process === usual;
    return { process, flags: this.#use(databaseId, process, isHome) };
  }

  /** Why nothing is run on a database now, where that is so. */
  refusalOf(databaseId: string): Failure | undefined {
    return this.#set.quarantine.refusalOf(databaseId);
  }

  /**
   * Notes that a process goes on with a database, since it has a stream of it.
   *
   * @returns what it is told with its next request
   */
  visit(databaseId: string, process: EngineProcess): number {
    const home = this.#set.at(hash(databaseId) % this.#options.processes);
    return this.#use(databaseId, process, process === home);
  }

  /**
   * Notes that a process uses a database. Away from its home it is always shared, since its home
   * may go on with it at any time.
   */
  #use(databaseId: string, process: EngineProcess, isHome: boolean): number {
    const { guests } = this.#set;
    const lastUsedBy = this.#away.get(databaseId);
    if (!isHome) {
      guests.add(databaseId, process);
      this.#away.set(databaseId, process.incarnation);
    } else if (lastUsedBy !== undefined) {
      this.#away.delete(databaseId);
    }
    const isElsewhere = !isHome || lastUsedBy !== undefined;
    if (isElsewhere && lastUsedBy !== process.incarnation) {
      this.#set.takesOver(process, databaseId);
    }
    return isElsewhere || guests.areIn(databaseId) ? commandFlag.shared : 0;
  }

  /** A process that has next to nothing to do, and can run a read for another one. */
  helperOf(giver: EngineProcess): EngineProcess | undefined {
    // There is work for all of them now.
    this.#set.slot(this.#options.processes - 1);
    return this.#set
      .from(0)
      .find((each) => each !== giver && each.hasServed && !each.isHeldUp && each.load < helperLoad);
  }

  /** Ends every process when it has done what it was given. */
  async stop(): Promise<void> {
    await this.#set.stop();
  }

  /** Those in quarantine share a process, and nobody else runs what they send. */
  #chooseApart(databaseId: string): Choice {
    const process = this.#set.apart();
    const { heldUpBy } = process;
    if (heldUpBy !== databaseId) process.giveWay(this.#options.transactionTimeout);
    return { process, flags: this.#use(databaseId, process, false) | commandFlag.kept };
  }

  #firstFree(usual: EngineProcess, home: number, databaseId: string): EngineProcess {
    if (usual.hasServed && !this.#set.isAnyHeldUp) return usual;
    const all = this.#set.from(home);
    // A database waits for its own statements, so that it does not hold all processes up; for the
    // first that only reads it need not.
    const own = all.filter((process) => process.heldUpBy === databaseId);
    const [first] = own;
    if (first !== undefined && (own.length > 1 || !this.#isShareable(first))) return first;
    const free = all.filter((process) => !process.isHeldUp);
    const chosen = free.find((process) => process.hasServed) ?? free[0] ?? this.#set.addExtra();
    if (chosen !== undefined) return chosen;
    // Whoever runs long in all of them gives way, as a writer that keeps others waiting does.
    usual.giveWay(this.#options.transactionTimeout);
    return usual;
  }

  /** Whether others can have the database whose statement holds a process up. */
  #isShareable(process: EngineProcess): boolean {
    // With `full`, only the process that committed knows whether that is on the disk.
    return process.isHeldUpByRead && this.#options.synchronous !== "full";
  }
}

/** DbIds are random: any part of one spreads them evenly. */
function hash(databaseId: string): number {
  return Number.parseInt(databaseId.slice(0, 8), 16);
}
