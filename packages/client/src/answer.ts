import { emptyOperations, errorCodes } from "@logicaldb/contract";
import type { OperationName, Result } from "./calls.ts";
import { errorClass } from "./error-classes.ts";
import { DecodeError } from "./errors.ts";
import { header, requestId } from "./header.ts";
import { isObject } from "./input.ts";
import { retryAfter } from "./retry-after.ts";
import type { FetchResponse, Outcome } from "./transport/transport.ts";

/** Reads what has come: the answer, or why there is none. */
export function readAnswer<Data>(
  operation: OperationName,
  { response, text, error }: Outcome,
): Result<Data> {
  if (error) return { data: undefined, error, response };
  const json = parseJson(text);
  // Turso Cloud sends nothing where the status says everything. Elsewhere an answer has gone missing.
  const isEmpty = !text && emptyOperations.test(operation);
  const value = isEmpty ? {} : json;
  // Some proxies say what failed, and 200.
  if (response.ok && isAnswer<Data>(value) && !Reflect.get(value, "error")) {
    return { data: value, error: undefined, response };
  }
  const fields = {
    operation,
    status: response.status,
    requestId: requestId(response),
    reason: field(json, "error") ?? reasonOf(response, text, json),
  };
  const given = field(json, "code");
  const code = errorCodes.find((each) => each === given);
  const problem = response.ok
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
  return { data: undefined, error: problem, response };
}

/** Why an answer that says nothing of it cannot be used. */
function reasonOf(response: FetchResponse, text: string, json: unknown): string {
  if (!response.ok && response.status < 400) return "is baseUrl the API's?";
  if (!text) return "the answer is empty";
  const expected = json === undefined && looksLikeJson(text) ? "whole JSON" : "this API's";
  return `the answer is ${mediaType(response) ?? "untyped"}, not ${expected}`;
}

function looksLikeJson(text: string): boolean {
  return /^\s*(["[{]|null)/.test(text);
}

/**
 * Whether the value can be an answer. Only its outermost shape is looked at: that the rest is as
 * the contract says is the server's promise.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the one place where text becomes a type of the contract
function isAnswer<Data>(value: unknown): value is Data & object {
  return isObject(value);
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
  return (typeof value === "string" && value) || undefined;
}

function mediaType(response: FetchResponse): string | undefined {
  return header(response, "content-type").split(";")[0] || undefined;
}
