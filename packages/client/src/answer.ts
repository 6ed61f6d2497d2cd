import { emptyOperations, errorCodes } from "@logicaldb/contract";
import type { OperationName, Result } from "./calls.ts";
import { errorClass } from "./error-classes.ts";
import { DecodeError } from "./errors.ts";
import { isObject } from "./is-object.ts";
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
  const isEmpty = !text && emptyOperations.test(operation);
  const value = isEmpty ? {} : json;
  // Some proxies say what failed, and 200. Of an answer only its outermost shape is looked at: that
  // the rest is as the contract says is the server's promise.
  if (response.ok && isObject<Data>(value) && (Reflect.get(value, "error") ?? "") === "") {
    return { data: value, error: undefined, response };
  }
  const fields = {
    operation,
    status: response.status,
    requestId: requestId(response),
    reason: field(json, "error") ?? reasonOf(received, json),
  };
  const given = field(json, "code");
  const code = errorCodes.find((each) => each === given);
  const error = response.ok
    ? new DecodeError({
        ...fields,
        contentType: mediaType(response),
        body: looksLikeJson(text) ? undefined : text,
      })
    : new (errorClass(response.status, code))({
        ...fields,
        code,
        body: text ? (json ?? text) : undefined,
        retryAfter: retryAfter(response, Date),
      });
  return { data: undefined, error, response };
}

/** Why an answer that says nothing of it cannot be used. */
function reasonOf({ response, text }: Received, json: unknown): string {
  if (!response.ok && response.status < 400) return "is baseUrl the API's?";
  if (!text) return "the answer is empty";
  const expected = json === undefined && looksLikeJson(text) ? "whole JSON" : "this API's";
  return `the answer is ${mediaType(response) ?? "untyped"}, not ${expected}`;
}

function looksLikeJson(text: string): boolean {
  return /^\s*(["[{]|null)/.test(text);
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
