import { LRUCache } from "lru-cache";
import { databasePath } from "../../engine/wire/database-path.ts";
import type { EngineProcessSettings } from "../../engine/wire/settings.ts";
import { Database } from "./database.ts";
import type { Durability } from "../files/durability.ts";

/** The databases that this process has open, the least recently used closed first. */
export class Databases {
  readonly #settings: EngineProcessSettings;
  readonly #durability: Durability;
  readonly #open: LRUCache<string, Database>;
  /** Those that there is no room for, but that somebody uses. */
  readonly #outlasting = new Map<string, Database>();
  /** Those that other processes have, too. */
  readonly #shared = new Set<string>();
  #isLeaving = false;

  constructor(settings: EngineProcessSettings, durability: Durability) {
    this.#settings = settings;
    this.#durability = durability;
    this.#open = new LRUCache({
      max: settings.openDatabases,
      dispose: (database, id, reason) => {
        if (reason === "evict") this.#letGo(id, database);
        else this.#close(id, database);
      },
    });
  }

  get(databaseId: string): Database {
    const known = this.openOne(databaseId);
    if (known !== undefined) return known;
    const path = databasePath(this.#settings.directory, databaseId);
    const database = new Database({ id: databaseId, path }, this.#settings, this.#durability);
    database.isShared = this.#shared.has(databaseId);
    this.#open.set(databaseId, database);
    return database;
  }

  /** Notes whether other processes have a database, too, as a command for it says. */
  setShared(databaseId: string, isShared: boolean): void {
    if (isShared || this.#isLeaving) this.#shared.add(databaseId);
    else if (!this.#shared.delete(databaseId)) return;
    const open = this.openOne(databaseId);
    if (open !== undefined) open.isShared = isShared || this.#isLeaving;
  }

  /** Another process takes the place of this one: it gets all of them, sooner or later. */
  leave(): void {
    this.#isLeaving = true;
    this.shareAll();
  }

  /** Other processes may get any of them from here on, until a command says that they have not. */
  shareAll(): void {
    for (const [id, database] of [...this.#open.entries(), ...this.#outlasting]) {
      this.#shared.add(id);
      database.isShared = true;
    }
  }

  /** A database that is open already, and is about to be used. */
  openOne(databaseId: string): Database | undefined {
    const open = this.#open.get(databaseId);
    if (open !== undefined || this.#outlasting.size === 0) return open;
    const outlasting = this.#outlasting.get(databaseId);
    this.#outlasting.delete(databaseId);
    if (outlasting !== undefined) this.#open.set(databaseId, outlasting);
    return outlasting;
  }

  /** What was begun on a database is over. */
  endSessions(databaseId: string): void {
    this.openOne(databaseId)?.endSessions();
  }

  close(databaseId: string): void {
    const outlasting = this.#outlasting.get(databaseId);
    if (outlasting !== undefined) this.#close(databaseId, outlasting);
    this.#open.delete(databaseId);
  }

  #close(databaseId: string, database: Database): void {
    this.#outlasting.delete(databaseId);
    this.#shared.delete(databaseId);
    database.close();
  }

  /** Closes what there is no room for any more; what somebody uses, when that is over. */
  #letGo(databaseId: string, database: Database): void {
    for (const [id, each] of this.#outlasting) {
      if (each.inUse === 0) this.#close(id, each);
    }
    // Opened a second time, one would not know of the other's locks and changes.
    if (database.inUse > 0) this.#outlasting.set(databaseId, database);
    else this.#close(databaseId, database);
  }

  closeAll(): void {
    this.#open.clear();
    for (const database of this.#outlasting.values()) database.close();
  }
}
