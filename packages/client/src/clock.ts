import { abortable } from "./abortable.ts";

/** What a client knows of time and chance. Tests put their own in its place. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after so many milliseconds, or rejects with the signal's reason. */
  sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
  /** At least 0 and less than 1. */
  random(): number;
}

/** The time and chance of the machine. */
export const systemClock: Clock = {
  // Looked up at each call, so that a test may replace it.
  now: () => Date.now(),
  sleep: (milliseconds, signal) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
    return abortable(over, signal).finally(() => clearTimeout(timer));
  },
  random: Math.random,
};
