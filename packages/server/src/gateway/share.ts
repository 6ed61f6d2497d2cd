import type { Limits } from "../options/limits.ts";

/** No database takes more than this part of what there is for all: others always find room. */
const largestPart = 0.75;

/** What there is for all requests together. */
export type Capacity = Pick<Limits, "concurrentRequests" | "bufferedBytes">;

/** What the requests of one database take up. */
export class Share {
  /** How many requests it may have under way at a time. */
  readonly mostRequests: number;
  /** How many bytes of their bodies are kept at a time. */
  readonly mostBytes: number;
  requests = 0;
  bytes = 0;

  constructor({ concurrentRequests, bufferedBytes }: Capacity) {
    this.mostRequests = Math.ceil(largestPart * concurrentRequests);
    this.mostBytes = Math.ceil(largestPart * bufferedBytes);
  }

  get isFull(): boolean {
    return this.requests >= this.mostRequests;
  }

  hasRoom(bytes: number): boolean {
    return this.bytes + bytes <= this.mostBytes;
  }
}
