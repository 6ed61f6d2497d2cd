import type { Clock } from "./clock.ts";

/**
 * The milliseconds of a `Retry-After`, given as seconds or as a date; undefined where there is
 * none. A date is compared with the server's own `Date`, so the clocks need not agree.
 */
export function retryAfter(
  response: Response | undefined,
  clock: Pick<Clock, "now">,
): number | undefined {
  const header = (name: string) => response?.headers.get(name) ?? "";
  const value = header("retry-after");
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const wait = Date.parse(value) - (Date.parse(header("date")) || clock.now());
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
