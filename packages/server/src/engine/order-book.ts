import { Numbered } from "./numbered.ts";
import type { GivenOrder, Order, OrderEvents } from "./orders.ts";
import { Window } from "./window.ts";
import { longBody } from "./wire/frames.ts";
import { isAfter, type ProgressPosition } from "./wire/position.ts";

/** An order, and who hears what becomes of it. */
export interface Pending extends GivenOrder {
  readonly order: Order;
  readonly events: OrderEvents;
  id: number | undefined;
  /** It has a long body, and is not known to have come out of the pipe. */
  isInPipe: boolean;
}

/** The orders of one process: those that it has, by their numbers, and those that wait for it. */
export class OrderBook {
  readonly #sent = new Numbered<Pending>();
  readonly #window = new Window();
  #waiting: Pending[] = [];

  /** How many there are. */
  get size(): number {
    return this.#sent.size + this.#waiting.length;
  }

  *[Symbol.iterator](): Iterator<Order> {
    for (const [, { order }] of this.#sent.entries()) yield order;
    for (const { order } of this.#waiting) yield order;
  }

  /** Whether there is room in the pipe for an order that is to go; where there is none, it has to wait. */
  hasRoomFor({ order }: Pending): boolean {
    return this.#window.take(order);
  }

  /** Notes that an order goes to the process; it gets its number. */
  send(pending: Pending): number {
    const id = this.#sent.add(pending);
    pending.id = id;
    pending.isInPipe = pending.order.body.length > longBody;
    return id;
  }

  /**
   * The process has begun the order of a number, or gives it back.
   *
   * @returns those that waited for its room, in their order; they may try again
   */
  leftPipe(id: number): Pending[] {
    const pending = this.#sent.get(id);
    if (pending?.isInPipe !== true) return [];
    pending.isInPipe = false;
    const { order } = pending;
    return this.#window.release(order) ? this.#takeWaitingOf(order.databaseId) : [];
  }

  /** The order of a number that the process has. */
  sent(id: number): Pending | undefined {
    return this.#sent.get(id);
  }

  /** The process has answered an order, or gives it back. */
  close(id: number): void {
    this.#sent.delete(id);
  }

  /** Keeps an order for later. */
  wait(pending: Pending): void {
    this.#waiting.push(pending);
  }

  /** Takes all orders out that wait, in their order. */
  takeWaiting(): Pending[] {
    return this.#waiting.splice(0);
  }

  #takeWaitingOf(databaseId: string): Pending[] {
    const taken = this.#waiting.filter(({ order }) => order.databaseId === databaseId);
    this.#waiting = this.#waiting.filter(({ order }) => order.databaseId !== databaseId);
    return taken;
  }

  /** Takes an order out that waits; false where the process has it. */
  withdraw(given: GivenOrder): boolean {
    const place = this.#waiting.findIndex((each) => each === given);
    if (place >= 0) this.#waiting.splice(place, 1);
    return place >= 0;
  }

  /** Gives back orders that wait. */
  giveBack(isMeant: (order: Order) => boolean): void {
    const given = this.#waiting.filter(({ order }) => isMeant(order));
    if (given.length === 0) return;
    this.#waiting = this.#waiting.filter(({ order }) => !isMeant(order));
    for (const { events } of given) events.returned();
  }

  /** Gives back what a process that has come to a position has not begun, and never will. */
  giveBackAfter(position: ProgressPosition): void {
    this.#window.clear();
    const notBegun = new Set(position.waiting);
    for (const [id, { events }] of this.#sent.entries()) {
      if (!isAfter(id, position.begun) && !notBegun.has(id)) continue;
      this.#sent.delete(id);
      events.returned();
    }
  }

  /** Takes all orders out that the process has, with their numbers. */
  takeSent(): [id: number, Pending][] {
    const sent = this.#sent.entries();
    this.#sent.clear();
    return sent;
  }
}
