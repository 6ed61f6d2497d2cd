import { isAfter, type ProgressPosition } from "./wire/position.ts";

/** The statement that holds a process up, while one does. */
export class HoldUp {
  #position: ProgressPosition | undefined;
  #lastOver = 0;
  #patience: NodeJS.Timeout | undefined;

  get isNow(): boolean {
    return this.#position !== undefined;
  }

  /** The number of the order that the statement belongs to. */
  get running(): number | undefined {
    return this.#position?.running;
  }

  /** It does no more than read. */
  get isReading(): boolean {
    return this.#position?.isReading === true;
  }

  /** Whether it is news that the process is held up there: the end may have been told before. */
  isNews({ section }: ProgressPosition): boolean {
    return isAfter(section, this.#lastOver);
  }

  begin(position: ProgressPosition): void {
    this.#position = position;
  }

  /** The statement of a section is over. */
  end(section: number): void {
    this.#lastOver = section;
    this.clear();
  }

  /** The process is gone. */
  clear(): void {
    this.#position = undefined;
    clearTimeout(this.#patience);
    this.#patience = undefined;
  }

  /**
   * Calls back unless it is over before; of several, the first counts.
   *
   * @param patience how long it may last, in milliseconds
   * @param overdue takes the number of the order
   */
  limit(patience: number, overdue: (order: number) => void): void {
    if (this.#position === undefined || this.#patience !== undefined) return;
    this.#patience = setTimeout(() => {
      if (this.#position !== undefined) overdue(this.#position.running);
    }, patience);
  }
}
