import type { Command } from "../engine/wire/frames.ts";
import { clientsWait, processTime } from "./process/fair-time.ts";
import type { ProgressWriter } from "./process/progress.ts";

/** A database with commands that wait has the process for so long, in milliseconds, or for one of them. */
const turn = 2;
/** After so long, in milliseconds, what has come meanwhile is read. */
const round = 5;
/** With more that waits, commands or bytes, no more is read. */
const most = { commands: 4_096, bytes: 16 * 1024 ** 2 };

interface Waiting {
  readonly command: Command;
  readonly place: number;
  /** When it came, in {@link processTime}. */
  readonly since: number;
}

/** What {@link Backlog} asks of others. */
export interface BacklogParts {
  readonly progress: ProgressWriter;
  /** Where commands come from. */
  readonly source: { pause(): unknown; resume(): unknown };
  /** Runs a command, behind which others wait or not. */
  begin(command: Command, isMoreThere: boolean): void;
  /** Answers what was run. */
  settle(): void;
  /** Whether nothing is to be begun until `goOn`, since replies are not taken. */
  isBackedUp(): boolean;
}

/**
 * Commands that wait, when more has come than is run in a moment. Databases take turns, so that
 * nobody waits for all that somebody else has sent; each has its commands run in their order.
 */
export class Backlog {
  readonly #parts: BacklogParts;
  /** The database whose turn it is comes first. */
  readonly #lanes = new Map<string, Waiting[]>();
  #size = 0;
  #bytes = 0;
  #isPaused = false;
  #isRunning = false;
  /** When the first of the commands began that came together, which are run as they come; 0 before. */
  #burst = 0;

  constructor(parts: BacklogParts) {
    this.#parts = parts;
  }

  /**
   * Takes a command where it has to wait.
   *
   * @param isMoreThere whether others came with it
   * @returns false where it is to be run at once
   */
  take(command: Command, isMoreThere: boolean): boolean {
    const hasToWait = this.#size > 0 || this.#isOverdue(isMoreThere) || this.#parts.isBackedUp();
    if (!hasToWait) return false;
    const lane = this.#lanes.get(command.databaseId);
    const since = processTime();
    const waiting = { command, place: this.#parts.progress.wait(command.id), since };
    if (lane === undefined) this.#keep(command.databaseId, [waiting]);
    else lane.push(waiting);
    this.#size += 1;
    this.#bytes += command.body.length;
    this.#run();
    if (this.#isLong && !this.#isPaused) {
      this.#isPaused = true;
      this.#parts.source.pause();
    }
    return true;
  }

  /** Replies have been taken. */
  goOn(): void {
    if (this.#size > 0) this.#run();
  }

  /** All that came together has been taken. */
  burstOver(): void {
    this.#burst = 0;
  }

  /**
   * Takes commands of a database out that wait.
   *
   * @returns them
   */
  remove(databaseId: string, isMeant: (command: Command) => boolean): Command[] {
    const lane = this.#lanes.get(databaseId) ?? [];
    const removed = lane.filter(({ command }) => isMeant(command));
    if (removed.length === 0) return [];
    for (const waiting of removed) this.#forget(waiting);
    const rest = lane.filter(({ command }) => !isMeant(command));
    this.#keep(databaseId, rest);
    this.#readOn();
    return removed.map(({ command }) => command);
  }

  /** Nothing of it is run here: somebody else has it. */
  clear(): void {
    for (const [databaseId, lane] of this.#lanes) {
      for (const waiting of lane) this.#forget(waiting);
      this.#keep(databaseId, []);
    }
    this.#readOn();
  }

  /** Runs all of it, whoever comes meanwhile. */
  finish(): void {
    while (this.#size > 0) this.#takeTurn();
    this.#parts.settle();
  }

  get #isLong(): boolean {
    return this.#size >= most.commands || this.#bytes >= most.bytes;
  }

  /** Whether what came together has been run for so long that others have their turn. */
  #isOverdue(isMoreThere: boolean): boolean {
    // The last one may as well be run; for one that came alone, nobody looks at the clock.
    if (!isMoreThere) return false;
    const now = performance.now();
    if (this.#burst === 0) this.#burst = now;
    return now - this.#burst >= round;
  }

  get #mayRun(): boolean {
    return this.#size > 0 && !this.#parts.isBackedUp();
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    setImmediate(() => {
      const until = performance.now() + round;
      while (this.#mayRun && performance.now() < until) this.#takeTurn();
      this.#parts.settle();
      this.#isRunning = false;
      if (this.#mayRun) this.#run();
      this.#readOn();
    });
  }

  /** Reads what has come meanwhile, unless there is enough. */
  #readOn(): void {
    if (!this.#isPaused || this.#isLong) return;
    this.#isPaused = false;
    this.#parts.source.resume();
  }

  /** Runs commands of the database whose turn it is. */
  #takeTurn(): void {
    const [next] = this.#lanes;
    if (next === undefined) return;
    const [databaseId, lane] = next;
    const until = performance.now() + turn;
    do {
      const waiting = lane.shift();
      if (waiting === undefined) break;
      this.#forget(waiting);
      this.#parts.begin(waiting.command, this.#size > 0);
      // What was run may have given away what waits.
    } while (
      performance.now() < until &&
      this.#lanes.get(databaseId) === lane &&
      !this.#parts.isBackedUp()
    );
    if (this.#lanes.get(databaseId) !== lane) return;
    // The others come first now.
    this.#lanes.delete(databaseId);
    this.#keep(databaseId, lane);
  }

  #forget({ command, place }: Waiting): void {
    this.#size -= 1;
    this.#bytes -= command.body.length;
    this.#parts.progress.waitsNoMore(place);
  }

  /** Notes which commands of a database wait. */
  #keep(databaseId: string, lane: Waiting[]): void {
    if (lane.length === 0) this.#lanes.delete(databaseId);
    else this.#lanes.set(databaseId, lane);
    clientsWait(databaseId, lane[0]?.since);
  }
}
