import type { Steps } from "../../hrana/session.ts";
import type { Database } from "../database/database.ts";
import { fairTime, processTime } from "../process/fair-time.ts";
import type { SessionHooks } from "./session-hooks.ts";

/** Thrown where nobody waits for a request any more, and nothing of it has been run. */
export class ClientLeft extends Error {
  override readonly name = "ClientLeft";
}

/** A statement that waits for the write lock of its database, behind those that came before. */
export class LockWait {
  readonly #database: Database;
  readonly #hooks: SessionHooks;
  /** What it has drawn in the queue. */
  readonly #number: number;
  /** How often the lock had been given back when it last began to wait for that. */
  #passes: number;
  /** Until when it waits for that, in {@link processTime}. */
  #until: number;
  readonly #command: number | undefined;
  #isCancelled = false;

  /** @param command what it is the first statement of; undefined where others of it have run */
  constructor(database: Database, hooks: SessionHooks, command: number | undefined) {
    this.#command = command;
    this.#database = database;
    this.#hooks = hooks;
    this.#number = database.lockQueue.draw();
    this.#passes = database.lockQueue.passes;
    this.#until = processTime() + database.lockTimeout;
  }

  /**
   * Waits until it is worth trying again.
   *
   * @param check throws where there is nothing to wait for any more
   * @returns false where the lock has not been given back for too long
   * @throws ClientLeft where it was cancelled
   */
  *next(check: () => void): Steps<boolean> {
    const { id, lockQueue } = this.#database;
    let isItsTurn = false;
    if (this.#command !== undefined) this.#hooks.lockWaits.set(this.#command, this);
    try {
      do {
        if (this.#hasWaitedInVain()) return false;
        if (lockQueue.isFirst(this.#number)) {
          if (this.#database.interruptOverdueWriter()) break;
          if (this.#database.mayAskOthers()) this.#hooks.writerWaits(id);
        }
        yield () => lockQueue.wait(this.#number);
        if (this.#isCancelled) throw new ClientLeft();
        check();
      } while (!lockQueue.isFirst(this.#number));
      isItsTurn = true;
      return true;
    } finally {
      if (this.#command !== undefined) this.#hooks.lockWaits.delete(this.#command);
      if (!isItsTurn) this.leave();
    }
  }

  /** A lock that goes from one to the next comes to it, too. */
  #hasWaitedInVain(): boolean {
    const { id, lockQueue, lockTimeout } = this.#database;
    if (this.#passes !== lockQueue.passes) {
      this.#passes = lockQueue.passes;
      this.#until = processTime() + lockTimeout;
    }
    return fairTime(id) > this.#until;
  }

  /** Its client has left: it is not to be run. */
  cancel(): void {
    this.#isCancelled = true;
    this.#database.lockQueue.rouse(this.#number);
  }

  /** It goes without the lock. */
  leave(): void {
    this.#database.lockQueue.leave(this.#number);
  }
}
