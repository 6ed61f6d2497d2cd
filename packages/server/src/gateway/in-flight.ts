import type { Failure } from "../engine/engine.ts";
import type { Load } from "./load.ts";

/** The requests of one WebSocket that are under way, and what the server keeps of them. */
export class InFlight {
  readonly #load: Load;
  /** How large each is, in bytes, the oldest first. */
  #sizes: number[] = [];
  #bytes = 0;

  constructor(load: Load) {
    this.#load = load;
  }

  get count(): number {
    return this.#sizes.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Counts a request until it is answered, be it with a refusal.
   *
   * @returns why it is refused, where it is
   */
  begin(bytes: number): Failure | undefined {
    const load = this.#load;
    const isRefused = load.isFull;
    load.begin();
    const hasRoom = load.keep(bytes);
    const kept = hasRoom ? bytes : 0;
    this.#sizes.push(kept);
    this.#bytes += kept;
    if (isRefused) return load.refusal;
    return hasRoom ? undefined : load.crowding;
  }

  /** One is answered: as good as the oldest. */
  end(): void {
    const bytes = this.#sizes.shift();
    if (bytes === undefined) return;
    this.#bytes -= bytes;
    this.#load.end();
    this.#load.release(bytes);
  }

  /** Nobody waits for an answer any more. */
  endAll(): void {
    this.#load.end(this.#sizes.length);
    this.#load.release(this.#bytes);
    this.#sizes = [];
    this.#bytes = 0;
  }
}
