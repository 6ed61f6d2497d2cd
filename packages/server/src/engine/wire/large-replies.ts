import type { ReplyKind } from "./frames.ts";

/** From so many bytes on, a reply takes the other way. */
export const shortestLarge = 32 * 1024;
/** The places in the file, for one reply each. */
export const places = 8;
/** How long a place is, in bytes; only what was written to takes memory. */
export const placeLength = 4 * 1024 * 1024;

/** Where the body of a large reply lies. */
export interface LargeReply {
  /** What the reply is, apart from where it lies. */
  readonly kind: ReplyKind;
  readonly place: number;
  /** In bytes. */
  readonly length: number;
}
