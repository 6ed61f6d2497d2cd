import { invalid, type ProtocolError } from "../errors.ts";
import { Base64 } from "../base64.ts";
import { around, longLength, type Text } from "../long-text.ts";
import { checkText } from "./fields.ts";
import { checkInteger, checkValueLength, type SqlValue } from "../values.ts";

const integerPattern = /^-?[0-9]{1,19}$/;

/**
 * Reads one value of a request.
 *
 * @param where names the value in error messages
 * @throws ProtocolError where it is no Hrana value (Hrana 3, “Values”)
 */
export function decodeValue(input: unknown, where: string): SqlValue {
  if (typeof input !== "object" || input === null || !("type" in input)) {
    throw wrong(where, "a value is an object with a `type`");
  }
  const value = "value" in input ? input.value : undefined;
  switch (input.type) {
    case "null":
      return null;
    case "integer":
      return decodeInteger(value, where);
    case "float":
      // What is too large for one has been read as infinite.
      if (typeof value !== "number" || !Number.isFinite(value)) {
        throw wrong(where, "a float has a number of 64 bits as `value`");
      }
      return value;
    case "text":
      if (typeof value !== "string") throw wrong(where, "a text has a string as `value`");
      return checkText(value, where);
    case "blob":
      return decodeBlob("base64" in input ? input.base64 : undefined, where);
    default:
      throw wrong(where, "`type` is one of null, integer, float, text, blob");
  }
}

function decodeInteger(value: unknown, where: string): bigint {
  if (typeof value !== "string" || !integerPattern.test(value)) {
    throw wrong(where, "an integer has its decimal digits, as a string, as `value`");
  }
  return checkInteger(BigInt(value), where);
}

/** Reads base64 with or without padding. */
export function decodeBlob(base64: unknown, where: string): Uint8Array {
  if (typeof base64 !== "string") throw wrong(where, "a blob has a string as `base64`");
  const padding = base64.endsWith("==") ? 2 : Number(base64.endsWith("="));
  const digits = base64.length - padding;
  const bytes = Buffer.from(base64, "base64");
  // Node skips what is not base64; the length tells.
  if (digits % 4 === 1 || bytes.length !== Math.floor((digits * 3) / 4)) {
    throw wrong(where, "`base64` is not base64");
  }
  return bytes;
}

function wrong(where: string, what: string): ProtocolError {
  return invalid(`${where}:`, what);
}

/** The JSON text of one value of a reply. */
export function encodeValue(value: SqlValue): Text {
  switch (typeof value) {
    case "bigint":
      return `{"type":"integer","value":"${value}"}`;
    case "string":
      checkValueLength(value.length);
      return around('{"type":"text","value":', JSON.stringify(value), "}");
    case "number":
      return `{"type":"float","value":${encodeFloat(value)}}`;
    default:
      return value === null
        ? '{"type":"null"}'
        : around('{"type":"blob","base64":"', encodeBlob(value), '"}');
  }
}

/** As sqld writes it: with a dot or an exponent, by which some languages tell floats. JSON has no infinities. */
export function encodeFloat(value: number): string {
  if (!Number.isFinite(value)) return "null";
  if (!Number.isInteger(value) || Math.abs(value) >= 1e21) return String(value);
  return Object.is(value, -0) ? "-0.0" : `${value}.0`;
}

export function encodeBlob(value: Uint8Array): string | Base64 {
  checkValueLength(value.byteLength);
  const base64 = new Base64(value);
  return base64.length < longLength ? base64.toString() : base64;
}
