import type { Clock } from "./clock.ts";

/**
 * The milliseconds of a `Retry-After`, given as seconds or as a date; undefined where there is
 * none. A date is compared with the server's own `Date`, so the clocks need not agree.
 */
export function retryAfter(response: Response | undefined, clock: Pick<Clock, "now">) {
  const value = response?.headers.get("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const now = Date.parse(response?.headers.get("date") ?? "");
  const wait = Date.parse(value) - (Number.isNaN(now) ? clock.now() : now);
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
