import { errorStatuses } from "@logicaldb/contract";
import type { ErrorCode } from "@logicaldb/contract";
import { errorCodes } from "fastify";
import { EngineError, fullCode } from "../engine/engine.ts";
import { isStoreFull } from "../store/store-full.ts";

/**
 * What an operation throws to refuse a request. The code decides the HTTP status; the message says
 * what happened and what to do, because people read it.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get status(): number {
    return errorStatuses[this.code];
  }
}

/** The server's own answer breaks the contract: a bug here, never the caller's fault. */
export class ContractViolation extends Error {
  override readonly name = "ContractViolation";
  readonly operationId: string;
  readonly status: number;
  /** Where in the body, as a JSON pointer. */
  readonly pointer: string;

  constructor(violation: { operationId: string; status: number; pointer: string; reason: string }) {
    const { operationId, status, pointer, reason } = violation;
    super(
      `The ${status} response of ${operationId} breaks the contract at "${pointer}": ${reason}`,
    );
    this.operationId = operationId;
    this.status = status;
    this.pointer = pointer;
  }
}

/** The answer to whatever went wrong. What is not known here is the server's own failure. */
export function toApiError(error: unknown, bodyLimit: number): ApiError {
  if (error instanceof ApiError) return error;
  if (isStoreFull(error) || (error instanceof EngineError && error.code === fullCode)) {
    return new ApiError(
      "disk_full",
      "the server has no space left on its disk: repeat the request when databases have been destroyed, or the disk has grown",
      { cause: error },
    );
  }
  if (error instanceof EngineError) {
    return new ApiError(
      "engine_unavailable",
      `the database engine cannot answer now (${error.message}): repeat the request in 1 second`,
      { cause: error },
    );
  }
  if (error instanceof errorCodes.FST_ERR_CTP_BODY_TOO_LARGE) {
    return new ApiError("body_too_large", `the request body is over ${bodyLimit} bytes`);
  }
  if (error instanceof errorCodes.FST_ERR_BAD_URL) {
    return new ApiError("route_not_found", "the path is not validly percent-encoded");
  }
  if (error instanceof errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH || isHangUp(error)) {
    return new ApiError("malformed_json", "the request body is not as long as Content-Length says");
  }
  return new ApiError(
    "internal_error",
    "the server failed to answer this request: its log says why, under this request's x-request-id",
    { cause: error },
  );
}

/** The caller went away in the middle of its body (Node's words); nobody will read the answer. */
function isHangUp(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.message === "aborted" &&
    "code" in error &&
    error.code === "ECONNRESET"
  );
}
