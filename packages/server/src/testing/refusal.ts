import { ApiError, DatabaseExistsError } from "@logicaldb/client";
import { ApiError as Refusal } from "../platform/errors.ts";

/** What the operation would have refused by HTTP, as the client would have thrown it; else the error itself. */
export function asClientsError(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  const { code, status, message } = error;
  const ErrorClass = code === "database_exists" ? DatabaseExistsError : ApiError;
  return new ErrorClass({
    operation: "POST /v1/organizations/{org_slug}/databases",
    status,
    code,
    requestId: undefined,
    body: { error: message, code },
    retryAfter: undefined,
    reason: message,
  });
}

/** What a test asked for and no server has answered, as a mistake in the test; else the error itself. */
export function asMistake(error: unknown): unknown {
  return error instanceof Refusal ? new TypeError(error.message) : error;
}
