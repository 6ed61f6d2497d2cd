import { UnsafePathError } from "./errors.ts";

/**
 * Puts the values into a path template. Each value becomes exactly one segment, whatever it holds.
 *
 * @throws UnsafePathError for a value that cannot
 */
export function fillPath(template: string, valueOf: (name: string) => unknown): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => segment(name, valueOf(name)));
}

/**
 * A value as one segment of a path.
 *
 * @throws UnsafePathError for a value that cannot be one
 */
export function segment(parameter: string, value: unknown): string {
  const text = String(value);
  try {
    // URL parsers drop these segments, and the request would reach the parent resource.
    const isSafe = /^(string|number)$/.test(typeof value) && !/^\.{0,2}$/.test(text);
    if (isSafe) return encodeURIComponent(text);
  } catch {
    // It is no Unicode.
  }
  throw new UnsafePathError(parameter, `cannot be "${text}"`);
}
