import type { Loss } from "./orders.ts";

/** Why a process ends, as far as that is somebody's doing. */
export class Ending {
  #isKilled = false;
  #timedOut: number | undefined;
  #gaveWay: number | undefined;

  /** It was ended from here, or ended itself because of a statement that reached its limit. */
  get isMeant(): boolean {
    return this.#isKilled || this.#timedOut !== undefined || this.#gaveWay !== undefined;
  }

  killed(): void {
    this.#isKilled = true;
  }

  /** @param order whose statement reached its limit */
  timedOut(order: number): void {
    this.#timedOut = order;
  }

  /** @param order whose statement was ended for the sake of others */
  gaveWay(order: number): void {
    this.#gaveWay = order;
  }

  /** What became of an order that the process had not answered. */
  lossOf(order: number): Loss {
    if (order === this.#timedOut) return "statement-timeout";
    return order === this.#gaveWay ? "gave-way" : "process-ended";
  }
}
