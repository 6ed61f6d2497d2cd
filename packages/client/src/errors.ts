import type { components, ErrorCode } from "@logicaldb/contract";
import type { OperationName } from "./calls.ts";

/** The body of an error as the contract describes it. */
export type ErrorBody = components["schemas"]["ApiError"];

/** What a call can fail with, once its request was fit to be sent. Its `name` tells which. */
export type CallError = ApiError | ConnectionError | DecodeError | TimeoutError;

/** What an {@link ApiError} is made of. */
export interface ApiErrorFields {
  readonly operation: OperationName;
  readonly status: number;
  readonly code: ErrorCode | undefined;
  readonly requestId: string | undefined;
  readonly body: unknown;
  readonly retryAfter: number | undefined;
  /** Why the call failed, in words. */
  readonly reason: string;
}

/** The common parent of what a call fails with: a {@link CallError}. */
export abstract class LogicaldbError extends Error {
  /** Method and path template of the operation that failed, such as `GET /v1/locations`. */
  declare readonly operation: OperationName;

  constructor(operation: OperationName, reason: string, options?: ErrorOptions) {
    super(`${reason} [${operation}]`, options);
    this.operation = operation;
  }
}

/**
 * The server answered, and not with success. What programs branch on has a class of its own below
 * this one, such as {@link DatabaseExistsError}.
 */
export class ApiError extends LogicaldbError {
  override readonly name = "ApiError";
  /** The HTTP status. 0 for a redirect in a browser, which hides the status. */
  declare readonly status: number;
  /**
   * What went wrong, for programs. Undefined where the answer has no code from the contract's
   * table, as when a proxy answered in the server's place.
   */
  declare readonly code: ErrorCode | undefined;
  /** The `x-request-id` of the answer, to look the request up in the server's log. */
  declare readonly requestId: string | undefined;
  /** The body: parsed where it is JSON, text otherwise, undefined where there is none. */
  declare readonly body: unknown;
  /** Milliseconds after which the server wants to be asked again, by its `Retry-After`. */
  declare readonly retryAfter: number | undefined;

  constructor({ operation, reason, ...rest }: ApiErrorFields) {
    const { code } = rest;
    super(operation, `${rest.status}${code ? ` ${code}` : ""}: ${reason}`);
    Object.assign(this, rest);
  }
}

/**
 * The server was not reached, or the connection broke before the whole answer was here. Whether
 * the request had an effect is not known. `cause` is what `fetch` rejected with.
 */
export class ConnectionError extends LogicaldbError {
  override readonly name = "ConnectionError";
}

/** No whole answer came in the time of an attempt. Whether the request had an effect is not known. */
export class TimeoutError extends LogicaldbError {
  override readonly name = "TimeoutError";
}

/** What a {@link DecodeError} is made of. */
export interface DecodeErrorFields {
  readonly operation: OperationName;
  readonly status: number;
  readonly requestId?: string | undefined;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
  /** Why the answer cannot be used, in words. */
  readonly reason: string;
}

/** The server answered with success, but the body is not what the contract promises. */
export class DecodeError extends LogicaldbError {
  override readonly name = "DecodeError";
  /** The HTTP status, of the 200 family. */
  declare readonly status: number;
  /** The `x-request-id` of the answer. */
  declare readonly requestId: string | undefined;
  /** The media type that the answer claims to have. */
  declare readonly contentType: string | undefined;
  /** The body, unless it looks like JSON: half an answer may hold a fresh token. */
  declare readonly body: string | undefined;

  constructor({ operation, reason, ...rest }: DecodeErrorFields) {
    super(operation, `${rest.status}: ${reason}`);
    Object.assign(this, rest);
  }
}

/**
 * A path parameter is missing, empty, `.` or `..`, and would address another resource. Nothing was
 * sent.
 */
export class UnsafePathError extends TypeError {
  override readonly name = "UnsafePathError";
  /** The name of the parameter. */
  declare readonly parameter: string;

  constructor(parameter: string, problem: string) {
    super(`path parameter ${parameter} ${problem}`);
    this.parameter = parameter;
  }
}
