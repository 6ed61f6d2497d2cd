/** Another process may hold the lock, and tells nobody when it lets go: look again this often. */
const lockPollInterval = 20;
/** Other processes are asked this often, in milliseconds, to end a transaction that takes too long. */
const askInterval = 250;

/** Who waits for the write lock of one database; whoever came first gets it first. */
export class LockQueue {
  /** By the numbers that they drew. */
  readonly #waiting = new Map<number, () => void>();
  #lastNumber = 0;
  /** Nobody waits who has a lower one. */
  #lowest = 1;
  #passes = 0;
  #askedAt = -Infinity;

  /** How often the lock was given back while somebody waited for it. */
  get passes(): number {
    return this.#passes;
  }

  /** A number for one that has to wait; who has a lower one goes first. */
  draw(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }

  /** Whether nobody waits who came before. */
  isFirst(number: number): boolean {
    return number <= this.#first();
  }

  /** The lock was given back. */
  wake(): void {
    if (this.#waiting.size === 0) return;
    this.#passes += 1;
    this.rouse(this.#first());
  }

  /** One that waits is to look again. */
  rouse(number: number): void {
    this.#waiting.get(number)?.();
  }

  /** One that drew a number goes without the lock: the next may have it. */
  leave(number: number): void {
    const wasFirst = this.isFirst(number);
    this.rouse(number);
    if (wasFirst) this.rouse(this.#first());
  }

  /** Whether one that waits is to ask other processes for the lock now. */
  mayAskOthers(): boolean {
    const now = performance.now();
    if (now - this.#askedAt < askInterval) return false;
    this.#askedAt = now;
    return true;
  }

  /** Resolves when it is worth looking again. */
  async wait(number: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(number);
        resolve();
      };
      const timer = setTimeout(wake, lockPollInterval);
      this.#waiting.set(number, wake);
      this.#lowest = Math.min(this.#lowest, number);
    });
  }

  #first(): number {
    while (this.#lowest < this.#lastNumber && !this.#waiting.has(this.#lowest)) this.#lowest += 1;
    return this.#lowest;
  }
}
