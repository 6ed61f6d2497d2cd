import { invalid, SqlError } from "./errors.ts";

/** A value of SQLite: integers are bigint, floats number, blobs bytes. */
export type SqlValue = null | bigint | number | string | Uint8Array;

const minInteger = -(2n ** 63n);
const maxInteger = 2n ** 63n - 1n;

/** @throws ProtocolError where SQLite has no such integer */
export function checkInteger(value: bigint, where: string): bigint {
  if (value < minInteger || value > maxInteger) throw invalid(where, "an integer has 64 bits");
  return value;
}

/** In characters or bytes: as JSON it still is a string that JavaScript can hold, whatever is in it. */
const longestValue = 64 * 1024 ** 2;

/** @throws SqlError where a value is longer than a reply can have one */
export function checkValueLength(length: number): void {
  if (length <= longestValue) return;
  throw new SqlError(
    "RESPONSE_TOO_LARGE",
    `A text has ${longestValue} characters at most, and a blob as many bytes; read it in parts with substr`,
  );
}
