import type { ServerResponse } from "node:http";
import type { Failure } from "../engine/engine.ts";
import type { Limits } from "../options/limits.ts";
import { requestsTooLarge, requestsTooMany } from "./failures.ts";
import { whenOver } from "./when-over.ts";

/** What a request takes up, until everybody is done with it. */
export class Place {
  readonly #load: Load;
  #holders = 1;
  #bytes = 0;

  constructor(load: Load) {
    this.#load = load;
  }

  /** Everybody has let go of it: its request is over. */
  get isFree(): boolean {
    return this.#holders === 0;
  }

  /** One more has to let go of it. */
  hold(): void {
    this.#holders += 1;
  }

  letGo(): void {
    if (this.isFree) return;
    this.#holders -= 1;
    if (this.#holders > 0) return;
    this.#load.end();
    this.#load.release(this.#bytes);
  }

  /** Its request is refused: whoever takes long to read that keeps nobody out. */
  giveUp(): void {
    this.#holders = Math.min(this.#holders, 1);
    this.letGo();
  }

  /** Keeps a piece of the request's body; false where there is no room for it. */
  keep(bytes: number): boolean {
    if (!this.#load.keep(bytes)) return false;
    this.#bytes += bytes;
    return true;
  }
}

/** Counts the requests that are being served, and the bytes that are kept of them. */
export class Load {
  readonly #most: Pick<Limits, "concurrentRequests" | "bufferedBytes">;
  #requests = 0;
  #bytes = 0;

  constructor(most: Pick<Limits, "concurrentRequests" | "bufferedBytes">) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#requests >= this.#most.concurrentRequests;
  }

  /** A place for a request, held until its response is over; undefined where there is none. */
  admit(response: ServerResponse): Place | undefined {
    if (this.isFull) return undefined;
    this.#requests += 1;
    const place = new Place(this);
    whenOver(response, () => place.letGo());
    return place;
  }

  /** Counts a request until `end`. */
  begin(): void {
    this.#requests += 1;
  }

  /** @param requests how many are over */
  end(requests = 1): void {
    this.#requests -= requests;
  }

  /** Counts bytes that are kept until `release`; false where there is no room for them. */
  keep(bytes: number): boolean {
    if (this.#bytes + bytes > this.#most.bufferedBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#bytes -= bytes;
  }

  /** What a database tells those that it does not serve now. */
  get refusal(): Failure {
    return requestsTooMany(this.#most.concurrentRequests);
  }

  /** What it tells those whose body there is no room for. */
  get crowding(): Failure {
    return requestsTooLarge(this.#most.bufferedBytes);
  }
}
