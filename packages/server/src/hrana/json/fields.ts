/// <reference lib="es2024.string" />
import { isObject } from "../../tools/is-object.ts";
import { messageOf } from "../../tools/message-of.ts";
import { isAscii, isUtf8 } from "node:buffer";
import { invalid, ProtocolError } from "../errors.ts";
import { isTooDense } from "./density.ts";

/** The members of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** @throws ProtocolError where `text` is no JSON object */
export function parseObject(text: string): Fields {
  if (isTooDense(text)) {
    throw new ProtocolError(
      "INVALID_REQUEST",
      "The body has more objects, arrays or members than any request of its length",
    );
  }
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    const reason = messageOf(error);
    throw new ProtocolError("INVALID_JSON", `The body is not JSON: ${reason}`);
  }
  return asFields(input, "body");
}

/** @throws ProtocolError where the bytes are no text, which decoding would hide */
export function decodeText(bytes: Buffer): string {
  // Most requests are; a long one is decoded in a quarter of the time.
  if (isAscii(bytes)) return bytes.toString("latin1");
  if (!isUtf8(bytes)) throw new ProtocolError("INVALID_JSON", "The body is not UTF-8");
  return bytes.toString();
}

export function asFields(input: unknown, where: string): Fields {
  if (!isObject(input)) throw invalid(where, "must be an object");
  return input;
}

export function asArray(input: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(input)) throw invalid(where, "must be an array");
  return input;
}

export function asString(input: unknown, where: string): string {
  if (typeof input !== "string") throw invalid(where, "must be a string");
  return checkText(input, where);
}

/** @throws ProtocolError where a text has half a character, which no database can keep */
export function checkText(text: string, where: string): string {
  if (!text.isWellFormed()) throw invalid(where, "has a surrogate without its other half");
  return text;
}

export function asOptionalString(input: unknown, where: string): string | undefined {
  return isAbsent(input) ? undefined : asString(input, where);
}

/** A number that a client gave to something of its own. */
export function asId(input: unknown, where: string): number {
  if (typeof input !== "number" || (input | 0) !== input) {
    throw invalid(where, "must be a 32-bit integer");
  }
  return input;
}

export function asCount(input: unknown, where: string): number {
  if (typeof input !== "number" || input >>> 0 !== input) {
    throw invalid(where, "must be an unsigned 32-bit integer");
  }
  return input;
}

export function isAbsent(input: unknown): input is null | undefined {
  return input === null || input === undefined;
}
