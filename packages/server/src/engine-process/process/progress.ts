import type { ProgressPosition } from "../../engine/wire/position.ts";

/**
 * What an engine process is doing right now, in memory that its main thread and its monitor
 * share. SQL runs on the main thread and blocks it; the monitor sees that from the outside and
 * takes the requests that have not begun away from it, once and for all: whoever changes
 * `section` first wins, so a request is never run twice.
 */
const word = {
  /** The number of the stretch of work under way, 0 between two, -1 when the monitor took over. */
  section: 0,
  /** The id of the last command that was begun, or waits. */
  begun: 1,
  /** Grows with each statement, so that the monitor can time them. */
  statement: 2,
  /** The id of the command that the stretch of work belongs to. */
  running: 3,
  /** Whether the stretch does no more than read: 1 or 0. */
  reading: 4,
  /** From here on, the ids of commands that wait, and 0. */
  waiting: 5,
} as const;
/** No more commands wait here, whatever comes with the last that there is room for. */
const places = 8_192;

const heldUp = -1;

/** Creates the shared memory, all idle. */
export function createProgressMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * (word.waiting + places));
}

/** The main thread's side. */
export class ProgressWriter {
  readonly #words: Int32Array;
  readonly #free = Array.from({ length: places }, (_, place) => word.waiting + place);
  #section: number;
  /** Is told of each command before it is run. */
  running: ((id: number) => void) | undefined;

  /** @param section the number of the stretch of work that was the last one, for tests */
  constructor(memory: SharedArrayBuffer, section = 0) {
    this.#words = new Int32Array(memory);
    this.#section = section;
  }

  /** A command is taken from the queue; from here on it is this process's alone. */
  begin(id: number): void {
    this.running?.(id);
    Atomics.store(this.#words, word.begun, id);
  }

  /**
   * A command waits, in a place that it keeps until `waitsNoMore`. The monitor may still give it to
   * others.
   */
  wait(id: number): number {
    const place = this.#free.pop();
    if (place === undefined) throw new Error("Too many commands wait");
    this.#words[place] = id;
    Atomics.store(this.#words, word.begun, id);
    return place;
  }

  /** The command of a place is begun, or is somebody else's. */
  waitsNoMore(place: number): void {
    this.#words[place] = 0;
    this.#free.push(place);
  }

  /** A stretch of work for command `id` starts. */
  enter(id: number): void {
    this.running?.(id);
    // All numbers of 32 bits, but those that mean something else.
    this.#section = this.#section === heldUp - 1 ? 1 : (this.#section + 1) | 0;
    Atomics.store(this.#words, word.running, id);
    Atomics.store(this.#words, word.reading, 0);
    Atomics.store(this.#words, word.section, this.#section);
  }

  /** Where the work stands: what the monitor saw when it took over. */
  get position(): ProgressPosition {
    return positionOf(this.#words, this.#section);
  }

  /** The monitor took over during the stretch of work under way. */
  get isHeldUp(): boolean {
    return Atomics.load(this.#words, word.section) === heldUp;
  }

  /** A statement starts; `isReading` where it reads and is all that the stretch of work does. */
  statement(isReading: boolean): void {
    Atomics.store(this.#words, word.reading, isReading ? 1 : 0);
    Atomics.add(this.#words, word.statement, 1);
  }

  /** The stretch of work is over. False: the monitor took over meanwhile. */
  leave(): boolean {
    const seen = Atomics.exchange(this.#words, word.section, 0);
    return seen !== heldUp;
  }
}

function positionOf(words: Int32Array, section: number): ProgressPosition {
  return {
    // Numbers are unsigned where they are sent.
    section: section >>> 0,
    running: Atomics.load(words, word.running) >>> 0,
    begun: Atomics.load(words, word.begun) >>> 0,
    isReading: Atomics.load(words, word.reading) === 1,
    waiting: Array.from(
      words.subarray(word.waiting).filter((id) => id !== 0),
      unsigned,
    ),
  };
}

function unsigned(number: number): number {
  return number >>> 0;
}

/** What the monitor sees at one moment. */
export interface ProgressGlimpse {
  /** 0: no work is under way. */
  readonly section: number;
  /** The monitor has given the queue away. */
  readonly isTakenOver: boolean;
  readonly statement: number;
  readonly running: number;
}

/** The monitor's side. */
export class ProgressReader {
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
  }

  glimpse(): ProgressGlimpse {
    const section = Atomics.load(this.#words, word.section);
    return {
      section,
      isTakenOver: section === heldUp,
      statement: Atomics.load(this.#words, word.statement),
      running: Atomics.load(this.#words, word.running) >>> 0,
    };
  }

  /**
   * Takes over from a main thread that is still in `section`.
   *
   * @returns undefined where the main thread got on meanwhile, which then tells by itself, if at all
   */
  takeOver(section: number): ProgressPosition | undefined {
    if (!this.#exchange(section, heldUp)) return undefined;
    const position = positionOf(this.#words, section);
    // What was read after the main thread got on is a mixture of before and after.
    return this.#exchange(heldUp, heldUp) ? position : undefined;
  }

  /** @returns whether the section was the expected one */
  #exchange(expected: number, next: number): boolean {
    return Atomics.compareExchange(this.#words, word.section, expected, next) === expected;
  }
}
