import type { Steps } from "../../hrana/session.ts";
import type { Database } from "../database/database.ts";
import { fairTime, processTime } from "../process/fair-time.ts";
import type { SessionHooks } from "./session-hooks.ts";

/** A statement that waits for the write lock of its database, behind those that came before. */
export class LockWait {
  readonly #database: Database;
  readonly #hooks: SessionHooks;
  /** What it has drawn in the queue. */
  readonly #number: number;
  /** Until when it waits, in {@link processTime}. */
  readonly #until: number;

  constructor(database: Database, hooks: SessionHooks) {
    this.#database = database;
    this.#hooks = hooks;
    this.#number = database.lockQueue.draw();
    this.#until = processTime() + database.lockTimeout;
  }

  /**
   * Waits until it is worth trying again.
   *
   * @param check throws where there is nothing to wait for any more
   * @returns false where it has waited long enough
   */
  *next(check: () => void): Steps<boolean> {
    const { id, lockQueue } = this.#database;
    do {
      if (fairTime(id) > this.#until) return false;
      if (lockQueue.isFirst(this.#number)) {
        if (this.#database.interruptOverdueWriter()) return true;
        if (this.#database.mayAskOthers()) this.#hooks.writerWaits(id);
      }
      yield () => lockQueue.wait(this.#number);
      check();
    } while (!lockQueue.isFirst(this.#number));
    return true;
  }
}
