/** Another process may hold the lock, and tells nobody when it lets go: look again this often. */
const lockPollInterval = 20;
/** Other processes are asked this often, in milliseconds, to end a transaction that takes too long. */
const askInterval = 250;

/** Who waits for the write lock of one database. */
export class LockQueue {
  readonly #waiting = new Set<() => void>();
  #askedAt = -Infinity;

  /** The lock may be free. */
  wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Whether one that waits is to ask other processes for the lock now. */
  mayAskOthers(): boolean {
    const now = performance.now();
    if (now - this.#askedAt < askInterval) return false;
    this.#askedAt = now;
    return true;
  }

  /** Resolves when it is worth trying again. */
  async whenFree(): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, lockPollInterval);
      this.#waiting.add(wake);
    });
  }
}
