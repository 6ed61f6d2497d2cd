import { type Clock, systemClock } from "../clock.ts";
import { type Hooks, withHooks } from "./hooks.ts";
import { withRetries } from "./retry.ts";
import { withTimeout } from "./timeout.ts";
import type { Middleware } from "./transport.ts";
import { checkTries } from "./tries.ts";

/** How long and how often a client tries, and whom it tells. */
export interface ResilienceOptions extends Hooks {
  /** Milliseconds for one attempt, from asking for the token to the last byte. 30 s unless given. */
  timeout?: number | undefined;
  /** How often a request is repeated that may be. 2 unless given. */
  retries?: number | undefined;
  /** Time and chance, for tests. */
  clock?: Clock | undefined;
}

/**
 * Timeouts, retries and hooks for `createClient({ use: resilience() })`. `createPlatform` has them
 * anyway.
 *
 * @throws TypeError where an option cannot be used
 */
export function resilience(options: ResilienceOptions = {}): Middleware {
  const { clock = systemClock, timeout = 30_000, retries = 2 } = options;
  checkTries(options);
  return (next) =>
    withRetries(withHooks(withTimeout(next, timeout), clock, options), retries, clock, options);
}
