import { RateLimitError, ServerError } from "./error-classes.ts";
import { ConnectionError, TimeoutError } from "./errors.ts";

/** It may go well the next time, and may have had its effect this time. */
export function isPassing(error: unknown): boolean {
  return [ConnectionError, TimeoutError, ServerError, RateLimitError].some(
    (Class) => error instanceof Class,
  );
}
