import { header } from "./header.ts";
import type { Clock } from "./clock.ts";
import type { FetchResponse } from "./transport/transport.ts";

/**
 * The milliseconds of a `Retry-After`, given as seconds or as a date; undefined where there is
 * none. A date is compared with the server's own `Date`, so the clocks need not agree.
 */
export function retryAfter(
  response: FetchResponse | undefined,
  clock: Pick<Clock, "now">,
): number | undefined {
  const value = header(response, "retry-after");
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const wait = Date.parse(value) - (Date.parse(header(response, "date")) || clock.now());
  return wait >= 0 ? wait : wait < 0 ? 0 : undefined;
}
