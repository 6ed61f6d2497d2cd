import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "@logicaldb/client";
import { parseExpiration } from "../tokens/expiration.ts";

/**
 * The clock of a server for tests and of its clients. It runs as the machine's does, and can be put
 * forward. A client of your own keeps it too when it is made with it: `createPlatform({ clock })`.
 */
export interface TestClock extends Clock {
  /**
   * Lets so much time be over at once: tokens expire by it, nothing else waits for it.
   *
   * @param duration milliseconds, or text such as `2h` or `1w2d`
   * @throws RangeError where it is neither, or leads back
   */
  readonly advance: (duration: number | string) => void;
}

/** Makes a clock; `reset` puts it right. */
export function createClock(): TestClock & { readonly reset: () => void } {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    advance: (duration) => {
      ahead += milliseconds(duration);
    },
    reset: () => {
      ahead = 0;
    },
    sleep: async (time, signal) => {
      try {
        await delay(time, undefined, { signal });
      } catch (error) {
        throw signal?.aborted === true ? signal.reason : error;
      }
    },
    random: Math.random,
  };
}

function milliseconds(duration: number | string): number {
  if (typeof duration === "number") {
    if (Number.isFinite(duration) && duration >= 0) return duration;
    throw new RangeError(`${duration} is no number of milliseconds to put a clock forward by`);
  }
  const read = parseExpiration(duration);
  if (read.kind === "after") return Number(read.nanoseconds) / 1e6;
  throw new RangeError(read.kind === "invalid" ? read.reason : `"${duration}" is no duration`);
}
