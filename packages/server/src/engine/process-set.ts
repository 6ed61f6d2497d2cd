import type { EmbeddedEngineOptions } from "./embedded-engine-options.ts";
import { EngineProcess, type ProcessEvents } from "./engine-process.ts";
import { Guests } from "./guests.ts";
import { closeIdleStreams } from "./idle-streams.ts";
import { Quarantine } from "./quarantine.ts";
import { report } from "./report.ts";
import { StreamGate } from "./stream-gate.ts";

/** Processes beyond the usual ones, for when statements hold all of those up. */
const maxExtraProcesses = 6;
/** A process without a slot that had nothing to do for this long, in milliseconds, is ended. */
const idleTime = 30_000;
/** So many in a row that end before they serve, when none has served yet: there will be none. */
const hopeless = 5;
/** After a process that ended before it served, the next is started later, up to so many milliseconds. */
const longestBackoff = 5_000;
/** Processes that finish what they have; where there would be more, the first of them is ended. */
const maxRetiring = 2;
/** It is looked this often, in milliseconds, whether they have finished. */
const retiringInterval = 100;

interface Slot {
  process: EngineProcess;
  /** Takes the place of `process`, which outgrew its memory, as soon as it serves. */
  successor: EngineProcess | undefined;
  /** How often in a row a process ended before it served. */
  failedStarts: number;
}

type SpawnEvents = Pick<ProcessEvents, "ready" | "outgrown"> & { gone(): void };

/** The engine processes that run, and those that are to take their place. */
export class ProcessSet {
  readonly #options: EmbeddedEngineOptions;
  readonly #slots: Slot[] = [];
  readonly #extras: EngineProcess[] = [];
  /** The process of the databases in quarantine, while they use it. */
  readonly #apart: EngineProcess[] = [];
  /** Processes that get nothing new: they end when their requests and streams are over. */
  readonly #retiring: EngineProcess[] = [];
  readonly guests = new Guests();
  readonly quarantine: Quarantine;
  readonly #gate: StreamGate;
  readonly #ready: () => void;
  readonly #failed: () => void;
  #hasServed = false;
  #lastIncarnation = 0;
  #isStopping = false;
  #running = 0;
  #allGone: (() => void) | undefined;

  /**
   * @param ready called when a process serves
   * @param failed called when none can be started
   */
  constructor(options: EmbeddedEngineOptions, ready: () => void, failed: () => void) {
    this.#options = options;
    this.quarantine = new Quarantine(options);
    this.#ready = () => {
      this.#hasServed = true;
      ready();
    };
    this.#failed = failed;
    this.#gate = new StreamGate(options.limits.streams, () => this.all);
  }

  /** Every process that may hold a stream or an open database. */
  get all(): EngineProcess[] {
    const started = this.#slots.flatMap(({ process, successor }) =>
      successor === undefined ? [process] : [process, successor],
    );
    return [...started, ...this.#extras, ...this.#apart, ...this.#retiring];
  }

  /** The process of slot number `home`; it and those before it are started where they were not. */
  slot(home: number): EngineProcess {
    const slot = this.#slots[home];
    if (slot !== undefined) return slot.process;
    this.#slots.push(this.#fillSlot());
    return this.slot(home);
  }

  /** The process of slot number `home`, if one was started. */
  at(home: number): EngineProcess | undefined {
    return this.#slots[home]?.process;
  }

  /** The processes that take requests, that of slot number `home` first. */
  from(home: number): EngineProcess[] {
    const inOrder = [...this.#slots.slice(home), ...this.#slots.slice(0, home)];
    return [...inOrder.map((slot) => slot.process), ...this.#extras];
  }

  /** A process goes on with a database that another one used last. */
  takesOver(process: EngineProcess, databaseId: string): void {
    this.#gate.takesOver(process, databaseId);
  }

  /** Nothing new is begun. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  get isAnyHeldUp(): boolean {
    for (const slot of this.#slots) if (slot.process.isHeldUp) return true;
    for (const process of this.#extras) if (process.isHeldUp) return true;
    return false;
  }

  /** One process more; undefined where there are enough. */
  addExtra(): EngineProcess | undefined {
    if (this.#isStopping || this.#extras.length >= maxExtraProcesses) return undefined;
    return this.#spawnInto(this.#extras);
  }

  /** The process of the databases in quarantine. */
  apart(): EngineProcess {
    return this.#apart[0] ?? this.#spawnInto(this.#apart);
  }

  /** Ends every process when it has done what it was given. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const gone = new Promise<void>((resolve) => (this.#allGone = resolve));
    const processes = this.all;
    for (const process of processes) process.stop();
    const overdue = setTimeout(() => {
      for (const process of processes) process.kill();
    }, this.#options.stopTimeout);
    if (this.#running > 0) await gone;
    clearTimeout(overdue);
  }

  #fillSlot(): Slot {
    const slot: Slot = {
      failedStarts: 0,
      successor: undefined,
      process: this.#spawnFor(() => slot),
    };
    return slot;
  }

  /** Starts a process without a slot, which leaves the list when nobody needs it. */
  #spawnInto(list: EngineProcess[]): EngineProcess {
    const leave = () => {
      if (remove(list, process)) this.#retire(process);
    };
    const process: EngineProcess = this.#spawn({
      ready: this.#ready,
      outgrown: leave,
      gone: () => {
        remove(list, process);
        remove(this.#retiring, process);
      },
    });
    list.push(process);
    const timer = setInterval(() => {
      if (process.isUnused) leave();
      if (!list.includes(process)) clearInterval(timer);
    }, idleTime);
    timer.unref();
    return process;
  }

  /** Starts a process for a slot, at once or after `delay` milliseconds. */
  #spawnFor(slotOf: () => Slot, delay = 0): EngineProcess {
    const process: EngineProcess = this.#spawn(
      {
        ready: () => this.#succeed(slotOf(), process),
        outgrown: () => this.#replace(slotOf(), process),
        gone: () => this.#fill(slotOf(), process),
      },
      delay,
    );
    return process;
  }

  /** Starts a process that is to take the place of one that outgrew its memory. */
  #replace(slot: Slot, process: EngineProcess): void {
    if (slot.process !== process || slot.successor !== undefined || this.#isStopping) return;
    slot.successor = this.#spawnFor(() => slot);
  }

  /** A process serves: from here on, the one whose place it takes gets nothing new. */
  #succeed(slot: Slot, process: EngineProcess): void {
    if (slot.successor === process) {
      const outgrown = slot.process;
      slot.process = process;
      slot.successor = undefined;
      this.#retire(outgrown);
      for (const databaseId of outgrown.databases) {
        this.guests.add(databaseId, outgrown);
        this.takesOver(process, databaseId);
      }
    }
    this.#ready();
  }

  /** Fills the place of a process that ended, if it had one. */
  #fill(slot: Slot, process: EngineProcess): void {
    remove(this.#retiring, process);
    // The outgrown one is still there, and asks again.
    if (slot.successor === process) slot.successor = undefined;
    if (slot.process !== process || this.#isStopping) return;
    if (slot.successor !== undefined) {
      slot.process = slot.successor;
      slot.successor = undefined;
      return;
    }
    if (process.hasServed && !process.hasBeenEnded) {
      report(this.#options, "An engine process ended by itself; another takes its place", {
        engine: process.incarnation,
      });
    }
    slot.failedStarts = process.hasServed ? 0 : slot.failedStarts + 1;
    if (!this.#hasServed && slot.failedStarts === hopeless) this.#failed();
    const delay =
      slot.failedStarts === 0 ? 0 : Math.min(longestBackoff, 50 * 2 ** slot.failedStarts);
    slot.process = this.#spawnFor(() => slot, delay);
  }

  /** Ends a process when its requests and its streams are over. */
  #retire(process: EngineProcess): void {
    if (this.#isStopping) return;
    this.#retiring.push(process);
    if (this.#retiring.length > maxRetiring) this.#retiring.shift()?.stop();
    const timer = setInterval(() => {
      if (process.isUnused && remove(this.#retiring, process)) process.stop();
      if (!this.#retiring.includes(process)) clearInterval(timer);
    }, retiringInterval);
    timer.unref();
  }

  /** A writer of one process waits for a lock, which one of the others may have. */
  #askForLock(process: EngineProcess, databaseId: string): void {
    for (const other of this.all) {
      if (other !== process && other.has(databaseId)) other.notifyOf("writerWaits", databaseId);
    }
  }

  #spawn(events: SpawnEvents, delay = 0): EngineProcess {
    this.#lastIncarnation += 1;
    this.#running += 1;
    const settings = {
      ...this.#options,
      incarnation: this.#lastIncarnation,
      watchTime: this.quarantine.watchTime,
    };
    const process = new EngineProcess(
      settings,
      {
        ...events,
        streams: (databaseId) => this.#gate.changed(databaseId),
        streamsIdle: (databaseId) => void closeIdleStreams(process, databaseId, () => this.all),
        writerWaits: (databaseId) => this.#askForLock(process, databaseId),
        gone: (suspects) => {
          this.#running -= 1;
          this.quarantine.failed(suspects);
          events.gone();
          this.#gate.left(process);
          if (this.#running === 0) this.#allGone?.();
        },
      },
      delay,
    );
    this.#gate.joined(process);
    return process;
  }
}

/** @returns whether it was there */
function remove<T>(list: T[], item: T): boolean {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
  return index >= 0;
}
