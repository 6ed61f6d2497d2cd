import type { Steps } from "../../hrana/session.ts";

/** No request is begun for a client that has not read so much of its long answers. */
const mostUnread = 8 * 1024 * 1024;

/** What one client has not read of its long answers, and the requests that wait for that. */
export class UnreadAnswers {
  /** The lengths of the answers, in the order in which they were sent, and their sum. */
  readonly #lengths: number[] = [];
  #unread = 0;
  /** In the order in which they came. */
  readonly #waiting: (() => void)[] = [];

  /** Waits, behind those that came before, until the client has read enough. */
  *turn(): Steps<void> {
    if (!this.#isFull && this.#waiting.length === 0) return;
    yield () => new Promise((resolve) => this.#waiting.push(resolve));
    this.#waiting.shift();
    // The next has its turn when this one is done, or waits for something else.
    queueMicrotask(() => this.#wake());
  }

  /** A long answer is on its way. */
  sent(length: number): void {
    this.#lengths.push(length);
    this.#unread += length;
  }

  /** The client has taken one of them: as good as the oldest. */
  taken(): void {
    const wasFull = this.#isFull;
    this.#unread -= this.#lengths.shift() ?? 0;
    if (wasFull) this.#wake();
  }

  get #isFull(): boolean {
    return this.#unread >= mostUnread;
  }

  #wake(): void {
    if (!this.#isFull) this.#waiting[0]?.();
  }
}
