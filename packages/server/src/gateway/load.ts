import type { ServerResponse } from "node:http";
import type { EngineFailure } from "../engine/engine.ts";
import { whenOver } from "./when-over.ts";

/** Counts the requests that are being served, and says when there are enough. */
export class Load {
  readonly #most: number;
  #requests = 0;

  /** @param most how many requests are served at a time */
  constructor(most: number) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#requests >= this.#most;
  }

  /** Counts a request until its response is over; false where there are enough. */
  admit(response: ServerResponse): boolean {
    if (this.isFull) return false;
    this.#requests += 1;
    whenOver(response, () => (this.#requests -= 1));
    return true;
  }

  /** Counts a request until `end`. */
  begin(): void {
    this.#requests += 1;
  }

  /** @param requests how many are over */
  end(requests = 1): void {
    this.#requests -= requests;
  }

  /** What a database tells those that it does not serve now. */
  get refusal(): EngineFailure {
    return {
      status: 429,
      code: "REQUESTS_TOO_MANY",
      message: `The server serves ${this.#most} requests at a time (--max-concurrent-requests), and has as many; try again`,
    };
  }
}
