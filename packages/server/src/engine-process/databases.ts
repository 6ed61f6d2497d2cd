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

  constructor(settings: EngineProcessSettings, durability: Durability) {
    this.#settings = settings;
    this.#durability = durability;
    this.#newFiles = new NewFiles(settings);
    this.#open = new LRUCache({
      max: settings.openDatabases,
      dispose: (database) => database.close(),
    });
  }

  /** Makes the file of a database; one that is there stays as it is. */
  create(databaseId: string): void {
    const path = databasePath(this.#settings.directory, databaseId);
    if (existsSync(path)) return;
    mkdirSync(dirname(path), { recursive: true });
    this.#newFiles.create(path);
  }

  /** @param isStale another process used the database since this one did */
  get(databaseId: string, isStale: boolean): Database {
    let database = this.#open.get(databaseId);
    if (database === undefined) {
      const path = databasePath(this.#settings.directory, databaseId);
      database = new Database(path, this.#settings, this.#durability);
      this.#open.set(databaseId, database);
    } else if (isStale) {
      database.usedElsewhere();
    }
    return database;
  }

  /** A database that is open already, and is about to be used. */
  openOne(databaseId: string): Database | undefined {
    return this.#open.get(databaseId);
  }

  close(databaseId: string): void {
    this.#open.delete(databaseId);
  }

  closeAll(): void {
    this.#open.clear();
  }
}
