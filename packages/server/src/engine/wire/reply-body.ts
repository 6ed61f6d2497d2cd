/** Text that is made where it is written to. */
export interface LateText {
  /** How many characters it has, all of them ASCII. */
  readonly length: number;
  /**
   * @param target has room for all of it
   * @returns the number of bytes written
   */
  writeTo(target: Buffer, start: number): number;
}

/** What a reply says: text, bytes, or texts that follow each other. */
export type ReplyBody = string | Uint8Array | readonly (string | LateText)[];

const utf8 = new TextEncoder();

/** It has at least so many bytes, and exactly so many where all of it is ASCII. */
export function leastLength(body: ReplyBody): number {
  if (typeof body === "string" || body instanceof Uint8Array) return body.length;
  return body.reduce((sum, text) => sum + text.length, 0);
}

/** How many bytes it has. To count those of a text takes as long as to write it. */
export function exactLength(body: ReplyBody): number {
  if (typeof body === "string") return Buffer.byteLength(body);
  if (body instanceof Uint8Array) return body.length;
  return body.reduce(
    (sum, text) => sum + (typeof text === "string" ? Buffer.byteLength(text) : text.length),
    0,
  );
}

/**
 * Writes a body.
 *
 * @returns the number of bytes written; undefined where there is no room for all of them
 */
export function writeBody(body: ReplyBody, target: Buffer, start: number): number | undefined {
  if (body instanceof Uint8Array) {
    if (target.length - start < body.length) return undefined;
    target.set(body, start);
    return body.length;
  }
  const texts = typeof body === "string" ? [body] : body;
  let end = start;
  for (const text of texts) {
    if (target.length - end < text.length) return undefined;
    if (typeof text !== "string") {
      end += text.writeTo(target, end);
      continue;
    }
    const { read, written } = utf8.encodeInto(text, target.subarray(end));
    if (read < text.length) return undefined;
    end += written;
  }
  return end - start;
}
