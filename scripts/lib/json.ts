/** A JSON object whose properties have not been looked at. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an object, or an error that names what should have been one. */
export function asRecord(value: unknown, what: string): JsonRecord {
  if (!isRecord(value)) throw new Error(`${what} is not an object`);
  return value;
}

/** The value as a string, or an error that names what should have been one. */
export function asString(value: unknown, what: string): string {
  if (typeof value !== "string") throw new Error(`${what} is not a string`);
  return value;
}

/** The value as a list of strings; a missing one is the empty list. */
export function asStrings(value: unknown, what: string): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Error(`${what} is not a list`);
  return value.map((item: unknown) => asString(item, `an item of ${what}`));
}
