// The global one may be a fake in the process of somebody's tests.
import { setImmediate } from "node:timers";
import type { Store } from "../store/store.ts";
import {
  createReadyDatabase,
  createReadyDatabases,
  type ReadyDatabase,
} from "../store/ready-databases.ts";

type Outcome = { readonly label: string } | "exists";

interface Waiting {
  readonly database: ReadyDatabase;
  readonly settle: (outcome: Promise<Outcome>) => void;
}

/** Stores databases: those that come in one turn of the event loop share a transaction. */
export class StoredTogether {
  readonly #store: Store;
  #waiting: Waiting[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  /** Stores one; "exists" when its organization has the name. */
  async create(database: ReadyDatabase): Promise<Outcome> {
    return await new Promise<Outcome>((resolve) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.#flush());
      this.#waiting.push({ database, settle: resolve });
    });
  }

  async #flush(): Promise<void> {
    const group = this.#waiting.splice(0);
    const stored = await this.#createAll(group.map(({ database }) => database));
    group.forEach(({ database, settle }, index) => {
      const outcome = stored?.[index];
      // Alone, each finds out what is wrong with it, if it is the one.
      settle(
        outcome === undefined
          ? createReadyDatabase(this.#store, database)
          : Promise.resolve(outcome),
      );
    });
  }

  async #createAll(databases: readonly ReadyDatabase[]) {
    try {
      return await createReadyDatabases(this.#store, databases);
    } catch {
      return undefined;
    }
  }
}
