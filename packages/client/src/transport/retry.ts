import { repeatableOperations } from "@logicaldb/contract";
import type { Clock } from "../clock.ts";
import { retryAfter } from "../retry-after.ts";
import type { Hooks } from "./hooks.ts";
import { systemError } from "./send.ts";
import { checkTries } from "./tries.ts";
import type { Exchange, Outcome, Transport } from "./transport.ts";

/**
 * Repeats what may be repeated: after growing pauses of random length, or as the answer's
 * `Retry-After` says. Where that is over a minute, the answer is final.
 */
export function withRetries(
  next: Transport,
  usual: number,
  clock: Clock,
  { onRetry }: Hooks,
): Transport {
  return async (exchange) => {
    checkTries(exchange);
    const { operation, signal, retries = usual } = exchange;
    for (let attempt = 1; ; attempt++) {
      const outcome = await next(attempt === 1 ? exchange : { ...exchange, attempt });
      // So written, it ends where the number is none.
      if (!(attempt <= retries && mayRepeat(exchange, outcome))) return outcome;
      const { response, error } = outcome;
      const asked = retryAfter(response, clock) ?? 0;
      if (asked > 60_000) return outcome;
      // Not all at the same moment, also where the server names one.
      const delay = asked + clock.random() * Math.min(8_000, 500 * 2 ** (attempt - 1));
      await onRetry?.({ operation, attempt, delay, status: response?.status, error });
      await clock.sleep(delay, signal);
    }
  };
}

/** Whether a second request does no harm, and may do better. */
function mayRepeat({ operation, method }: Exchange, { response, error }: Outcome): boolean {
  return (
    (error || /^(408|429|50[0234])$/.test(`${response?.status}`)) &&
    (method !== "POST" || repeatableOperations.test(operation) || isUnsent(error))
  );
}

/** Whether there was no connection that a byte could have been sent over. */
function isUnsent(error: Outcome["error"]): boolean {
  const cause = error?.cause;
  return (
    /refused|notfound|again|unreach|connect_timeout/i.test(systemError(cause)) ||
    // Deno says it in words, after the URL, which has no spaces. In Node an AggregateError has what
    // each address of the host said.
    (cause instanceof Error && /^Agg|or \(Connect/.test(String(cause.cause)))
  );
}
