import type { ErrorCode } from "@logicaldb/contract";
import { ApiError } from "./errors.ts";

/** 401: the platform token is missing, unknown, expired or revoked. */
export class AuthenticationError extends ApiError {}

/** 402: the organization's plan does not allow it. */
export class PlanRequiredError extends ApiError {}

/** 403: the caller is not a member of the organization. */
export class PermissionError extends ApiError {}

/** 404: there is no such resource. `code` tells which is missing. */
export class NotFoundError extends ApiError {}

/** 404: the organization has no database of this name. */
export class DatabaseNotFoundError extends NotFoundError {
  declare readonly code: "database_not_found";
}

/** 409: what should be created is there already. `code` tells what. */
export class ConflictError extends ApiError {}

/** 409: the organization has a database of this name already. */
export class DatabaseExistsError extends ConflictError {
  declare readonly code: "database_exists";
}

/** 429: too many requests. `retryAfter` says when to go on, where the server does. */
export class RateLimitError extends ApiError {}

/** 500 and above: the server, or a proxy before it, failed. */
export class ServerError extends ApiError {}

const kinds: Readonly<Record<string, typeof ApiError>> = {
  401: AuthenticationError,
  402: PlanRequiredError,
  403: PermissionError,
  404: NotFoundError,
  409: ConflictError,
  429: RateLimitError,
  database_exists: DatabaseExistsError,
  database_not_found: DatabaseNotFoundError,
};

/** The class of an error: by its code, else by its status, which every answer has. */
export function errorClass(status: number, code: ErrorCode | undefined): typeof ApiError {
  return kinds[code ?? status] ?? kinds[status] ?? (status >= 500 ? ServerError : ApiError);
}
