import { emptyOperations, errorCodes } from "@logicaldb/contract";
import type { OperationName, Result } from "./calls.ts";
import { errorClass } from "./error-classes.ts";
import { type ApiError, DecodeError } from "./errors.ts";
import { retryAfter } from "./retry-after.ts";

/** A whole response: its head, and its body as text. */
export interface Received {
  readonly operation: OperationName;
  readonly response: Response;
  readonly text: string;
}

/** Reads a response: the answer, or why it is none. */
export function readAnswer<Data>(received: Received): Result<Data> {
  const { operation, response, text } = received;
  const json = parseJson(text);
  // Turso Cloud sends nothing where the status says everything. Elsewhere an answer has gone missing.
  const isEmpty = text === "" && emptyOperations.some((ending) => operation.endsWith(ending));
  const value = isEmpty ? {} : json;
  // Some proxies say what failed, and 200.
  if (response.ok && isAnswer<Data>(value) && (Reflect.get(value, "error") ?? "") === "") {
    return { data: value, error: undefined, response };
  }
  const error = (response.ok ? decodeError : apiError)(received, json);
  return { data: undefined, error, response };
}

function apiError(received: Received, json: unknown): ApiError {
  const { operation, response, text } = received;
  const { status } = response;
  const given = field(json, "code");
  const code = errorCodes.find((each) => each === given);
  return new (errorClass(status, code))({
    operation,
    status,
    code,
    requestId: requestId(response),
    body: json ?? (text === "" ? undefined : text),
    retryAfter: retryAfter(response, Date),
    reason:
      field(json, "error") ??
      (status < 400 ? "not followed: is baseUrl the API's?" : isNot(received, "one of this API")),
  });
}

function decodeError(received: Received, json: unknown): DecodeError {
  const { operation, response, text } = received;
  const looksLikeJson = json !== undefined || /^\s*[{[]/.test(text);
  return new DecodeError({
    operation,
    status: response.status,
    requestId: requestId(response),
    contentType: mediaType(response),
    body: looksLikeJson ? undefined : text,
    reason: isNot(received, looksLikeJson && json === undefined ? "whole JSON" : "one of this API"),
  });
}

function isNot({ response, text }: Received, expected: string): string {
  if (text === "") return "the answer is empty";
  return `the answer is ${mediaType(response) ?? "without a type"}, not ${expected}`;
}

/**
 * Whether the value can be an answer. Only its outermost shape is looked at: that the rest is as
 * the contract says is the server's promise.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the one place where text becomes a type of the contract
function isAnswer<Data>(value: unknown): value is Data & object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A property that is a text, and not an empty one. */
function field(body: unknown, name: string): string | undefined {
  const value: unknown = Reflect.get(Object(body), name);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The id by which the server's log knows the request. */
export function requestId(response: Response | undefined): string | undefined {
  return response?.headers.get("x-request-id") ?? undefined;
}

function mediaType(response: Response): string | undefined {
  return response.headers.get("content-type")?.split(";")[0];
}
