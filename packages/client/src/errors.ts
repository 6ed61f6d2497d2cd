import type { components, ErrorCode } from "@logicaldb/contract";
import type { OperationName } from "./calls.ts";

/** The body of an error as the contract describes it. */
export type ErrorBody = components["schemas"]["ApiError"];

/** What a call can fail with, once its request was fit to be sent. Its `name` tells which. */
export type CallError = ApiError | ConnectionError | DecodeError;

/** What an {@link ApiError} is made of. */
export interface ApiErrorFields {
  readonly operation: OperationName;
  readonly status: number;
  readonly code: ErrorCode | undefined;
  readonly requestId: string | undefined;
  readonly body: unknown;
  /** Why the call failed, in words. */
  readonly reason: string;
}

/** The common parent of {@link ApiError}, {@link ConnectionError} and {@link DecodeError}. */
export abstract class LogicaldbError extends Error {
  /** Method and path template of the operation that failed, such as `GET /v1/locations`. */
  readonly operation: OperationName;

  constructor(operation: OperationName, reason: string, options?: ErrorOptions) {
    super(`${reason} [${operation}]`, options);
    this.operation = operation;
  }
}

/** The server answered, and not with success. */
export class ApiError extends LogicaldbError {
  override readonly name = "ApiError";
  /** The HTTP status. 0 for a redirect in a browser, which hides the status. */
  readonly status: number;
  /**
   * What went wrong, for programs. Undefined where the answer has no code from the contract's
   * table, as when a proxy answered in the server's place.
   */
  readonly code: ErrorCode | undefined;
  /** The `x-request-id` of the answer, to look the request up in the server's log. */
  readonly requestId: string | undefined;
  /** The body: parsed where it is JSON, text otherwise, undefined where there is none. */
  readonly body: unknown;

  constructor(fields: ApiErrorFields) {
    const { code, status } = fields;
    const label = code === undefined ? `${status}` : `${status} ${code}`;
    super(fields.operation, `${label}: ${fields.reason}`);
    this.status = status;
    this.code = code;
    this.requestId = fields.requestId;
    this.body = fields.body;
  }
}

/**
 * The server was not reached, or the connection broke before the whole answer was here. Whether
 * the request had an effect is not known. `cause` is what `fetch` rejected with.
 */
export class ConnectionError extends LogicaldbError {
  override readonly name = "ConnectionError";
}

/** What a {@link DecodeError} is made of. */
export interface DecodeErrorFields {
  readonly operation: OperationName;
  readonly status: number;
  readonly requestId: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string | undefined;
  /** Why the answer cannot be used, in words. */
  readonly reason: string;
}

/** The server answered with success, but the body is not what the contract promises. */
export class DecodeError extends LogicaldbError {
  override readonly name = "DecodeError";
  /** The HTTP status, of the 200 family. */
  readonly status: number;
  /** The `x-request-id` of the answer. */
  readonly requestId: string | undefined;
  /** The media type that the answer claims to have. */
  readonly contentType: string | undefined;
  /** The body, unless it looks like JSON: half an answer may hold a fresh token. */
  readonly body: string | undefined;

  constructor(fields: DecodeErrorFields) {
    super(fields.operation, `${fields.status}: ${fields.reason}`);
    this.status = fields.status;
    this.requestId = fields.requestId;
    this.contentType = fields.contentType;
    this.body = fields.body;
  }
}

/**
 * A path parameter is missing, empty, `.` or `..`, and would address another resource. Nothing was
 * sent.
 */
export class UnsafePathError extends TypeError {
  override readonly name = "UnsafePathError";
  /** The name of the parameter. */
  readonly parameter: string;

  constructor(parameter: string, problem: string) {
    super(`path parameter ${parameter} ${problem}`);
    this.parameter = parameter;
  }
}
