import { setImmediate } from "node:timers/promises";
import type { Pause, Steps } from "../hrana/session.ts";
import type { ProgressWriter } from "./process/progress.ts";

/** Work that runs longer than this, in milliseconds, lets others have a turn between statements. */
const turnLength = 10;

/** Shorter requests are read in no time. */
const longRequest = 256 * 1024;

/** What happens when a task is over. */
export interface TaskEnd<T> {
  done(value: T): void;
  failed(error: unknown): void;
}

/** Runs the steps of requests, one stretch of work at a time, and tells the monitor of each. */
export class Tasks {
  readonly #progress: ProgressWriter;
  readonly #afterTurn: () => void;
  readonly #heldUp: () => void;
  /** When the first statement of this turn was about to run; 0 before it has come to that. */
  #turnStarted = 0;
  /** Resolves when what pauses may go on; undefined where it may. */
  #held: Promise<void> | undefined;
  #letGo = (): void => {};

  /**
   * @param afterTurn called when a stretch of work that followed a pause is over
   * @param heldUp called when the monitor took over during a stretch of work
   */
  constructor(progress: ProgressWriter, afterTurn: () => void, heldUp: () => void) {
    this.#progress = progress;
    this.#afterTurn = afterTurn;
    this.#heldUp = heldUp;
  }

  /** Lets nothing go on that pauses until `resume`: what was sent meanwhile may be the end of it. */
  hold(): void {
    this.#held ??= new Promise((resolve) => (this.#letGo = resolve));
  }

  resume(): void {
    this.#held = undefined;
    this.#letGo();
  }

  /** Runs the steps of command `id` up to their end or their first pause. */
  run<T>(id: number, steps: Steps<T>, end: TaskEnd<T>): void {
    this.#turnStarted = 0;
    this.#turn(id, steps, end);
  }

  #turn<T>(id: number, steps: Steps<T>, end: TaskEnd<T>): void {
    this.#progress.enter(id);
    let pause: Pause | undefined;
    try {
      const next = steps.next();
      if (next.done) end.done(next.value);
      else pause = next.value;
    } catch (error) {
      end.failed(error);
    }
    if (!this.#progress.leave()) this.#heldUp();
    if (pause === undefined) return;
    void pause().then(async () => {
      while (this.#held !== undefined) await this.#held;
      this.#turnStarted = performance.now();
      this.#turn(id, steps, end);
      this.#afterTurn();
    });
  }

  /**
   * Reads the request of command `id`. A long one takes long, and others are not to wait for it.
   *
   * @param length bytes
   */
  read<T>(id: number, length: number, work: () => T): T {
    return length < longRequest ? work() : this.watch(id, work);
  }

  /**
   * Runs steps of command `id` that have nothing to wait for.
   *
   * @throws what they throw, and where they do have to wait
   */
  atOnce<T>(id: number, steps: Steps<T>): T {
    this.#turnStarted = 0;
    return this.watch(id, () => {
      const next = steps.next();
      if (next.done === true) return next.value;
      const error = new Error("There is something to wait for");
      steps.throw(error);
      throw error;
    });
  }

  /** Does work for command `id` while the monitor watches. */
  watch<T>(id: number, work: () => T): T {
    this.#progress.enter(id);
    try {
      return work();
    } finally {
      if (!this.#progress.leave()) this.#heldUp();
    }
  }

  /**
   * A pause for the sake of others, when this turn was long enough. There is none before the first
   * statement of a request, however busy the machine is: a request that was begun can no longer be
   * given to another process, and what others run meanwhile may be the end of this one.
   */
  breath(): Pause | undefined {
    const now = performance.now();
    if (this.#turnStarted === 0) this.#turnStarted = now;
    return now - this.#turnStarted < turnLength ? undefined : nextTurn;
  }
}

/** The last of the turns that were asked for. */
let lastTurn = Promise.resolve();

/** One goes on at a time: all that pause would keep those waiting that have yet to begin. */
async function nextTurn(): Promise<void> {
  lastTurn = turnAfter(lastTurn);
  await lastTurn;
}

/** The first pause comes before what was sent meanwhile is read, the second after. */
async function turnAfter(before: Promise<void>): Promise<void> {
  await before;
  await setImmediate();
  await setImmediate();
}
