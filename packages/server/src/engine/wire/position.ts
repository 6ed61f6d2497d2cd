/** Where the work stood when the monitor took over. */
export interface ProgressPosition {
  /** The stretch of work that was under way. */
  readonly section: number;
  /** The id of the command that it belonged to. */
  readonly running: number;
  /** The id of the last command that was begun, or waits. */
  readonly begun: number;
  /** The ids of those that wait, and were not begun. */
  readonly waiting: readonly number[];
  /** The stretch only reads: others can have the database meanwhile. */
  readonly isReading: boolean;
}

/** Whether one section, or one command, comes after another. Both have 32 bits, and start over at their end. */
export function isAfter(one: number, other: number): boolean {
  return ((one - other) | 0) > 0;
}
