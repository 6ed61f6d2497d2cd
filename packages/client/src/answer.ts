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

/** Reads the body of a success: the answer, or why it is none. */
export function readAnswer<Data>(received: Received): Result<Data> {
  const { operation, response, text } = received;
  // Turso Cloud sends nothing where the status says everything. Elsewhere an answer has gone missing.
  const value = text === "" && emptyOperations.includes(operation) ? {} : parseJson(text);
  if (!isAnswer<Data>(value)) {
    return { data: undefined, error: decodeError(received, value !== undefined), response };
  }
  // The contract keeps it for clients of 2023. Nothing new should come to depend on it.
  if ("password" in value) delete value.password;
  return { data: value, error: undefined, response };
}

/** Describes an answer that is no success. */
export function apiError(received: Received): ApiError {
  const { operation, response, text } = received;
  const { status } = response;
  const body = parseJson(text) ?? (text === "" ? undefined : text);
  const given = field(body, "code");
  const code = errorCodes.find((each) => each === given);
  return new (errorClass(status, code))({
    operation,
    status,
    code,
    requestId: requestId(response),
    body,
    retryAfter: retryAfter(response, Date),
    reason: field(body, "error") ?? withoutErrorText(),
  });

  function withoutErrorText(): string {
    return status < 400
      ? "redirects are not followed: is baseUrl the API's?"
      : isNot(received, "an error of this API");
  }
}

function decodeError(received: Received, isJson: boolean): DecodeError {
  const { operation, response, text } = received;
  const looksLikeJson = isJson || /^\s*[{[]/.test(text);
  return new DecodeError({
    operation,
    status: response.status,
    requestId: requestId(response),
    contentType: mediaType(response),
    body: looksLikeJson ? undefined : text,
    reason: looksLikeJson
      ? `the answer is ${isJson ? "JSON, but not an object" : "not whole JSON"}`
      : isNot(received, "JSON: is baseUrl the API's?"),
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
  return isObject(value) && !Array.isArray(value);
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
  const value: unknown = isObject(body) ? Reflect.get(body, name) : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The id by which the server's log knows the request. */
export function requestId(response: Response | undefined): string | undefined {
  return response?.headers.get("x-request-id") ?? undefined;
}

function mediaType(response: Response): string | undefined {
  return response.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
