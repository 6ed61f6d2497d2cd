import { ApiError } from "./errors.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads the body of a request whose operation takes one. It is JSON whatever `Content-Type` says,
 * because official clients announce plain text, a form or nothing.
 *
 * @param bytes the body as it came; nothing at all counts as `{}`
 * @param fields the names of the fields in the contract. They are recognised in any case, as
 *   clients written in Go send `Location`; fields with other names are dropped
 * @throws ApiError malformed_json
 */
export function readBody(bytes: unknown, fields: readonly string[]): Record<string, unknown> {
  const text = Buffer.isBuffer(bytes) ? decode(bytes) : "";
  const value = text.trim() === "" ? {} : parse(text);
  const byLowerCase = new Map(fields.map((field) => [field.toLowerCase(), field]));
  const body: Record<string, unknown> = {};
  for (const [key, content] of Object.entries(value)) {
    const field = byLowerCase.get(key.toLowerCase());
    // The exact spelling wins over any other, wherever it stands.
    if (field !== undefined && (key === field || !Object.hasOwn(value, field))) {
      body[field] = content;
    }
  }
  return body;
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ApiError("malformed_json", "the request body is not UTF-8: send a JSON object in it");
  }
}

function parse(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? ` (${error.message.slice(0, 200)})` : "";
    throw new ApiError(
      "malformed_json",
      `the request body is not valid JSON${reason}: send a JSON object`,
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ApiError("malformed_json", "the request body is not a JSON object: send one");
  }
  return value;
}
