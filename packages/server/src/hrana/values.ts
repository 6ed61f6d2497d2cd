import { invalid } from "./errors.ts";

/** A value of SQLite: integers are bigint, floats number, blobs bytes. */
export type SqlValue = null | bigint | number | string | Uint8Array;

const minInteger = -(2n ** 63n);
const maxInteger = 2n ** 63n - 1n;

/** @throws ProtocolError where SQLite has no such integer */
export function checkInteger(value: bigint, where: string): bigint {
  if (value < minInteger || value > maxInteger) throw invalid(where, "an integer has 64 bits");
  return value;
}
