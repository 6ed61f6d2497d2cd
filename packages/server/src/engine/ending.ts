import type { Loss, Order } from "./orders.ts";

/** Why a process ends, and whose doing it is. */
export class Ending {
  #isKilled = false;
  #timedOut: number | undefined;
  #gaveWay: number | undefined;
  #hasFailed = false;
  /** The command that it said it runs, where it says so. */
  #running: number | undefined;

  /** It was ended from here, or ended itself because of a statement that reached its limit. */
  get isMeant(): boolean {
    return this.#isKilled || this.#timedOut !== undefined || this.#gaveWay !== undefined;
  }

  /**
   * It served, and has ended. What it ran may have made it fail, but never with SIGKILL: that is
   * the system's doing, when it has no memory, or somebody's.
   *
   * @param running the order that it said it was at work on, where it said so
   */
  exited(code: number | null, signal: NodeJS.Signals | null, running: number | undefined): void {
    this.#running = running;
    this.#hasFailed = !this.isMeant && code !== 0 && signal !== "SIGKILL";
  }

  /**
   * The databases that may have made it fail: all that it had orders of, unless it said which it ran.
   *
   * @param orders those that it had not answered
   */
  suspectsAmong(orders: readonly [number, { readonly order: Order }][]): ReadonlySet<string> {
    const running = this.#running;
    const own = running === undefined ? orders : orders.filter(([id]) => id === running);
    return new Set(this.#hasFailed ? own.map(([, { order }]) => order.databaseId) : []);
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
