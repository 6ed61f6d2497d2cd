import type { ServerContext } from "../platform/operation.ts";
import { sweepRemovals } from "../platform/sweep.ts";
import { resetStore } from "../store/reset.ts";

/** Takes back what was made on a server. */
export class Resetter {
  readonly #context: ServerContext;
  readonly #account: string;
  #removal = Promise.resolve();
  #isStopped = false;

  /** @param account the name of the account that stays */
  constructor(context: ServerContext, account: string) {
    this.#context = context;
    this.#account = account;
  }

  /** Makes the server forget everything; what is left on the disk goes later. */
  async reset(): Promise<void> {
    await resetStore(this.#context.store, this.#account);
    this.#removal = this.#removal.then(() => this.#sweep());
  }

  /** Call it before the server stops: the rest of the removal is left to that. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#removal;
  }

  async #sweep(): Promise<void> {
    const { store, engine, warn } = this.#context;
    try {
      await sweepRemovals({ store, engine, isOver: () => this.#isStopped });
    } catch (error) {
      warn("Databases that a reset took back are still on the disk", error);
    }
  }
}
