import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { LRUCache } from "lru-cache";
import { databasePath } from "../engine/wire/database-path.ts";
import type { EngineProcessSettings } from "../engine/wire/settings.ts";
import { Database } from "./database.ts";
import type { Durability } from "./durability.ts";
import { NewFiles } from "./new-files.ts";

/** The databases that this process has open, the least recently used closed first. */
export class Databases {
  readonly #settings: EngineProcessSettings;
  readonly #durability: Durability;
  readonly #newFiles: NewFiles;
  readonly #open: LRUCache<string, Database>;
  /** Those that there is no room for, but that somebody uses. */
  readonly #outlasting = new Map<string, Database>();

  constructor(settings: EngineProcessSettings, durability: Durability) {
    this.#settings = settings;
    this.#durability = durability;
    this.#newFiles = new NewFiles(settings);
    this.#open = new LRUCache({
      max: settings.openDatabases,
      dispose: (database, id, reason) => {
        if (reason === "evict") this.#letGo(id, database);
        else database.close();
      },
    });
  }

  /** Makes the file of a database; one that is there stays as it is. */
  create(databaseId: string): void {
    const path = databasePath(this.#settings.directory, databaseId);
    if (existsSync(path)) return;
    mkdirSync(dirname(path), { recursive: true });
    this.#newFiles.create(path);
  }

  get(databaseId: string): Database {
    const known = this.openOne(databaseId);
    if (known !== undefined) return known;
    const path = databasePath(this.#settings.directory, databaseId);
    const database = new Database(path, this.#settings, this.#durability);
    this.#open.set(databaseId, database);
    return database;
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

  close(databaseId: string): void {
    this.#outlasting.get(databaseId)?.close();
    this.#outlasting.delete(databaseId);
    this.#open.delete(databaseId);
  }

  /** Closes what there is no room for any more; what somebody uses, when that is over. */
  #letGo(databaseId: string, database: Database): void {
    for (const [id, each] of this.#outlasting) {
      if (each.inUse > 0) continue;
      this.#outlasting.delete(id);
      each.close();
    }
    // Opened a second time, one would not know of the other's locks and changes.
    if (database.inUse > 0) this.#outlasting.set(databaseId, database);
    else database.close();
  }

  closeAll(): void {
    this.#open.clear();
    for (const database of this.#outlasting.values()) database.close();
  }
}
