import { parseExpiration } from "../tokens/expiration.ts";

/**
 * Reads a duration such as `500ms`, `30s` or `5m`, in the grammar of token expirations.
 *
 * @returns milliseconds
 * @throws RangeError saying what is wrong
 */
export function parseDuration(text: string): number {
  if (/^[+-]?0+[a-z]+$/.test(text)) throw new RangeError(`${text} is no time at all`);
  const duration = parseExpiration(text);
  if (duration.kind !== "after") {
    throw new RangeError(`${JSON.stringify(text)} is not a duration such as 500ms, 30s or 5m`);
  }
  const milliseconds = Number(duration.nanoseconds / 1_000_000n);
  if (milliseconds < 1) throw new RangeError(`${text} is less than a millisecond`);
  // Timers count no further.
  if (milliseconds > 2 ** 31 - 1) throw new RangeError(`${text} is more than 24 days`);
  return milliseconds;
}
