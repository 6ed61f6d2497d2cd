import type { ServerResponse } from "node:http";
import type { Failure } from "../engine/engine.ts";
import { boundedCache } from "../tools/bounded-cache.ts";
import {
  answersTooLarge,
  databaseRequestsTooLarge,
  databaseRequestsTooMany,
  requestsTooLarge,
  requestsTooMany,
} from "./failures.ts";
import { type Capacity, Share } from "./share.ts";
import { whenOver } from "./when-over.ts";

/** What a request takes up, until everybody is done with it. */
export class Place {
  readonly #load: Load;
  #share: Share | undefined;
  #holders = 1;
  #bytes = 0;
  #left: (() => void) | undefined;
  #isOver = false;

  constructor(load: Load) {
    this.#load = load;
  }

  /** Everybody has let go of it: its request is over. */
  get isFree(): boolean {
    return this.#holders === 0;
  }

  /** Its response is over, whether it was sent or its client has left before. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** One more has to let go of it. */
  hold(): void {
    this.#holders += 1;
  }

  letGo(): void {
    if (this.isFree) return;
    this.#holders -= 1;
    if (this.#holders > 0) return;
    this.#load.end(this.#share);
    this.#load.release(this.#bytes, this.#share);
  }

  /** Calls back when the response is over, whether it was sent or its client has left before. */
  whenOver(left: () => void): void {
    this.#left = left;
  }

  /** The response is over. */
  over(): void {
    this.#isOver = true;
    this.#left?.();
    this.letGo();
  }

  /** Its request is refused: whoever takes long to read that keeps nobody out. */
  giveUp(): void {
    this.#holders = Math.min(this.#holders, 1);
    this.letGo();
  }

  /**
   * Counts its request among those of a database.
   *
   * @returns why it is refused, where that has as many as one may
   */
  belongTo(databaseId: string): Failure | undefined {
    if (this.#share !== undefined || this.isFree) return undefined;
    const share = this.#load.shareOf(databaseId);
    if (share.isFull) return databaseRequestsTooMany(share.mostRequests);
    share.requests += 1;
    this.#share = share;
    return undefined;
  }

  /**
   * Keeps a piece of the request's body.
   *
   * @returns why it is refused, where there is no room for it
   */
  keep(bytes: number): Failure | undefined {
    // Its client has left, and some of what it sent still comes.
    if (this.isFree) return undefined;
    const refusal = this.#load.keep(bytes, this.#share);
    if (refusal === undefined) this.#bytes += bytes;
    return refusal;
  }

  /** Its request has been answered: nothing of that is kept any more. */
  answered(): void {
    this.release(this.#bytes);
  }

  /**
   * Keeps what its client is sent, until that has taken it.
   *
   * @returns why it is not sent, where there is no room for it
   */
  keepAnswer(bytes: number): Failure | undefined {
    return this.keep(bytes) === undefined ? undefined : answersTooLarge;
  }

  /** Its client has taken some of what is kept. */
  release(bytes: number): void {
    if (this.isFree) return;
    this.#bytes -= bytes;
    this.#load.release(bytes, this.#share);
  }
}

/** Counts the requests that are being served, and the bytes that are kept of them and their answers. */
export class Load {
  readonly #most: Capacity;
  readonly #shares = boundedCache<string, Share>(10_000);
  #requests = 0;
  #bytes = 0;

  constructor(most: Capacity) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#requests >= this.#most.concurrentRequests;
  }

  /** What a database has of all this. */
  shareOf(databaseId: string): Share {
    let share = this.#shares.get(databaseId);
    if (share === undefined) {
      share = new Share(this.#most);
      this.#shares.set(databaseId, share);
    }
    return share;
  }

  /** A place for a request, held until its response is over; undefined where there is none. */
  admit(response: ServerResponse): Place | undefined {
    if (this.isFull) return undefined;
    this.#requests += 1;
    const place = new Place(this);
    whenOver(response, () => place.over());
    return place;
  }

  /** Counts a request of a database until `end`. */
  begin(share: Share): void {
    this.#requests += 1;
    share.requests += 1;
  }

  /** @param requests how many are over */
  end(share: Share | undefined, requests = 1): void {
    this.#requests -= requests;
    if (share !== undefined) share.requests -= requests;
  }

  /**
   * Counts bytes that are kept until `release`.
   *
   * @returns why they are not, where there is no room for them
   */
  keep(bytes: number, share: Share | undefined): Failure | undefined {
    if (this.#bytes + bytes > this.#most.bufferedBytes) return this.crowding;
    if (share?.hasRoom(bytes) === false) return databaseRequestsTooLarge(share.mostBytes);
    this.#bytes += bytes;
    if (share !== undefined) share.bytes += bytes;
    return undefined;
  }

  /** Counts bytes that are kept in any case, until `release`. */
  hold(bytes: number, share: Share): void {
    this.#bytes += bytes;
    share.bytes += bytes;
  }

  release(bytes: number, share: Share | undefined): void {
    this.#bytes -= bytes;
    if (share !== undefined) share.bytes -= bytes;
  }

  /** Whether there is room for so many bytes more. */
  hasRoom(bytes: number, share: Share): boolean {
    return this.#bytes + bytes <= this.#most.bufferedBytes && share.hasRoom(bytes);
  }

  /** What a database tells those that the server does not serve now. */
  get refusal(): Failure {
    return requestsTooMany(this.#most.concurrentRequests);
  }

  /** What it tells those whose body there is no room for. */
  get crowding(): Failure {
    return requestsTooLarge(this.#most.bufferedBytes);
  }
}
