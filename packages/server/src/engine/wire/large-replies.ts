import type { ReplyKind } from "./frames.ts";

/** From so many bytes on, a reply takes the other way. */
export const shortestLarge = 32 * 1024;
/** The places in the file, for one reply each. */
export const places = 8;
/** How long a place is, in bytes; only what was written to takes memory. */
export const placeLength = 4 * 1024 * 1024;
/** Behind the places: the number of the command that the process runs, as far as it tells; else 0. */
export const runningAt = places * placeLength;

/** Where the body of a large reply lies. */
export interface LargeReply {
  /** What the reply is, apart from where it lies. */
  readonly kind: ReplyKind;
  readonly place: number;
  /** In bytes. */
  readonly length: number;
}
