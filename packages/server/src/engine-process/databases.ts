import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { LRUCache } from "lru-cache";
import { databasePath } from "../engine/wire/database-path.ts";
import { createDatabaseFile } from "./binding.ts";
import { Database } from "./database.ts";

/** The databases that this process has open, the least recently used closed first. */
export class Databases {
  readonly #directory: string;
  readonly #open: LRUCache<string, Database>;

  /** @param most how many stay open at a time */
  constructor(directory: string, most: number) {
    this.#directory = directory;
    this.#open = new LRUCache({ max: most, dispose: (database) => database.close() });
  }

  /** Makes the file of a database; one that is there stays as it is. */
  create(databaseId: string): void {
    const path = databasePath(this.#directory, databaseId);
    if (existsSync(path)) return;
    mkdirSync(dirname(path), { recursive: true });
    createDatabaseFile(path);
  }

  /** @param isStale another process used the database since this one did */
  get(databaseId: string, isStale: boolean): Database {
    let database = this.#open.get(databaseId);
    if (database === undefined) {
      database = new Database(databasePath(this.#directory, databaseId));
      this.#open.set(databaseId, database);
    } else if (isStale) {
      database.schemaChanged();
    }
    return database;
  }

  close(databaseId: string): void {
    this.#open.delete(databaseId);
  }

  closeAll(): void {
    this.#open.clear();
  }
}
