import { type ErrorCode, errorStatuses } from "@logicaldb/contract";
import type { OperationName, Result } from "./calls.ts";
import { mayBeEmpty } from "./empty-answers.ts";
import { ApiError, DecodeError } from "./errors.ts";

/** A whole response: its head, and its body as text. */
export interface Received {
  readonly operation: OperationName;
  readonly response: Response;
  readonly text: string;
}

/** Reads the body of a success: the answer, or why it is none. */
export function readAnswer<Data>(received: Received): Result<Data> {
  const { operation, response, text } = received;
  const value = text === "" && mayBeEmpty(operation) ? {} : parseJson(text);
  if (!isAnswer<Data>(value)) {
    return { data: undefined, error: decodeError(received, value !== undefined), response };
  }
  // The contract keeps it for clients of 2023. Nothing new should come to depend on it.
  Reflect.deleteProperty(value, "password");
  return { data: value, error: undefined, response };
}

/** Describes an answer that is no success. `secret` is blacked out wherever the body repeats it. */
export function apiError(received: Received, secret: string): ApiError {
  const { operation, response } = received;
  const text = blackOut(received.text, secret);
  const body = parseJson(text) ?? (text === "" ? undefined : text);
  return new ApiError({
    operation,
    status: response.status,
    code: errorCode(body),
    requestId: requestId(response),
    body,
    reason: errorText(body) ?? withoutErrorText(response, text),
  });
}

function decodeError({ operation, response, text }: Received, isJson: boolean): DecodeError {
  const contentType = mediaType(response);
  const looksLikeJson = isJson || /^\s*[{[]/.test(text);
  return new DecodeError({
    operation,
    status: response.status,
    requestId: requestId(response),
    contentType,
    body: looksLikeJson ? undefined : text,
    reason: decodeReason(),
  });

  function decodeReason(): string {
    if (text === "") return "the answer is empty";
    if (isJson) return "the answer is JSON, but not an object";
    if (looksLikeJson) return "the answer is not whole JSON";
    return `the answer is ${contentType ?? "without a type"}, not JSON: is baseUrl the API's?`;
  }
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

function errorCode(body: unknown): ErrorCode | undefined {
  return isObject(body) && "code" in body && isErrorCode(body.code) ? body.code : undefined;
}

function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(errorStatuses, value);
}

function errorText(body: unknown): string | undefined {
  const text = isObject(body) && "error" in body ? body.error : undefined;
  return typeof text === "string" && text !== "" ? text : undefined;
}

function withoutErrorText(response: Response, text: string): string {
  const { status, type } = response;
  if (type === "opaqueredirect" || (status >= 300 && status < 400)) {
    return "the server redirects, and the client does not follow: is baseUrl the API's?";
  }
  if (text === "") return "the answer is empty";
  return `the answer is ${mediaType(response) ?? "without a type"}, not an error of this API`;
}

function requestId(response: Response): string | undefined {
  return response.headers.get("x-request-id") ?? undefined;
}

function mediaType(response: Response): string | undefined {
  return response.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
}

/** Replaces the secret, unless it is so short that it may well be a part of ordinary words. */
function blackOut(text: string, secret: string): string {
  return secret.length < 8 ? text : text.replaceAll(secret, "[token]");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
