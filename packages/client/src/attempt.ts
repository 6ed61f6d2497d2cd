import { type CallError, ConnectionError, DecodeError, ApiError, TimeoutError } from "./errors.ts";

/** The value of a promise, or the error in its place. Test `error` to know which. */
export type Attempt<Value> =
  | { readonly data: Value; readonly error: undefined }
  | { readonly data: undefined; readonly error: CallError };

/**
 * Resolves to `{ data, error }` where a call would reject: `await attempt(platform.locations.list())`.
 * It still rejects for mistakes in the call itself, and with the reason of an abort.
 */
export async function attempt<Value>(call: Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { data: await call, error: undefined };
  } catch (error) {
    if (isCallError(error)) return { data: undefined, error };
    throw error;
  }
}

function isCallError(error: unknown): error is CallError {
  return [ApiError, ConnectionError, DecodeError, TimeoutError].some(
    (kind) => error instanceof kind,
  );
}
