import type { OperationName } from "../calls.ts";
import type { Clock } from "../clock.ts";
import type { ConnectionError, TimeoutError } from "../errors.ts";
import { requestId } from "../header.ts";
import { redact } from "../redact.ts";
import type { Transport } from "./transport.ts";

/** A request that is about to be sent. */
export interface RequestEvent {
  readonly operation: OperationName;
  /** Counts from 1. */
  readonly attempt: number;
  readonly method: string;
  /** The URL. What looks like a JWT is blacked out. */
  readonly url: string;
}

/** An attempt that is over, unless its caller has ended it. */
export interface ResponseEvent {
  readonly operation: OperationName;
  /** Counts from 1. */
  readonly attempt: number;
  /** Absent where the server was not reached. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** How long the attempt took. */
  readonly milliseconds: number;
  /** Why there is no whole answer. */
  readonly error: ConnectionError | TimeoutError | undefined;
}

/** A request that will be repeated. */
export interface RetryEvent {
  readonly operation: OperationName;
  /** The attempt that failed. Counts from 1. */
  readonly attempt: number;
  /** Milliseconds until the next attempt. */
  readonly delay: number;
  readonly status: number | undefined;
  readonly error: ConnectionError | TimeoutError | undefined;
}

/**
 * Functions that are told what a client does, for logs. No token is in what they are told. A call
 * waits for them, and fails with what one of them throws.
 */
export interface Hooks {
  /** Told of each attempt before it is sent. */
  onRequest?: ((event: RequestEvent) => unknown) | undefined;
  /** Told how each attempt ended. */
  onResponse?: ((event: ResponseEvent) => unknown) | undefined;
  /** Told of each pause before the next attempt. */
  onRetry?: ((event: RetryEvent) => unknown) | undefined;
}

/** Tells the hooks of each attempt. */
export function withHooks(next: Transport, clock: Clock, hooks: Hooks): Transport {
  const { onRequest, onResponse } = hooks;
  if (!(onRequest ?? onResponse)) return next;
  return async (exchange) => {
    const { operation, attempt, method } = exchange;
    await onRequest?.({ operation, attempt, method, url: redact(exchange.url) });
    const started = clock.now();
    const outcome = await next(exchange);
    await onResponse?.({
      operation,
      attempt,
      status: outcome.response?.status,
      requestId: requestId(outcome.response),
      milliseconds: clock.now() - started,
      error: outcome.error,
    });
    return outcome;
  };
}
