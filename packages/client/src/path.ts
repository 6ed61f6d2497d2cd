import { UnsafePathError } from "./errors.ts";

/**
 * Puts the values into a path template. Each value becomes exactly one segment, whatever it holds.
 *
 * @throws UnsafePathError for a value that cannot
 */
export function fillPath(template: string, valueOf: (name: string) => unknown): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => segment(name, valueOf(name)));
}

function segment(parameter: string, value: unknown): string {
  if (typeof value !== "string" && typeof value !== "number") {
    throw new UnsafePathError(parameter, "must be a string");
  }
  const text = String(value);
  // URL parsers drop these segments, and the request would reach the parent resource.
  if (/^\.{0,2}$/.test(text)) {
    throw new UnsafePathError(parameter, `cannot be "${text}"`);
  }
  try {
    return encodeURIComponent(text);
  } catch {
    throw new UnsafePathError(parameter, "is no Unicode");
  }
}
