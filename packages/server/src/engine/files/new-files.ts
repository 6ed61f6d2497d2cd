import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { EmbeddedEngineOptions } from "../embedded-engine-options.ts";
import { fileSuffixes, sparesPath } from "../wire/database-path.ts";
import { markOwnFile } from "../wire/own-file.ts";
import { createDatabaseFile } from "./create-database-file.ts";
import { SpareFiles } from "./spare-files.ts";

/**
 * Makes the files of new databases. All are alike, so SQLite makes one, and the others are copies:
 * a copy takes microseconds, where making one takes several flushes of the disk.
 */
export class NewFiles {
  readonly #options: Pick<EmbeddedEngineOptions, "directory" | "synchronous">;
  readonly #spares: SpareFiles;
  #empty: Buffer | undefined;

  constructor(options: Pick<EmbeddedEngineOptions, "directory" | "synchronous">) {
    this.#options = options;
    this.#spares = new SpareFiles(sparesPath(options.directory), options.synchronous === "full");
  }

  /**
   * Makes an empty database at a path, unless there is one. It is there as a whole or not at all.
   *
   * @throws what the system says, or SQLite
   */
  async create(path: string): Promise<void> {
    if (existsSync(path)) return;
    mkdirSync(dirname(path), { recursive: true });
    this.#empty ??= this.#make();
    if (!this.#spares.use(path)) await this.#write(path, this.#empty);
    this.#spares.refill(this.#empty);
  }

  /** Removes the files that wait for databases; there will be no more. */
  async stop(): Promise<void> {
    await this.#spares.stop();
  }

  async #write(path: string, content: Buffer): Promise<void> {
    const unfinished = `${path}-new`;
    const file = await open(unfinished, "w", 0o600);
    try {
      await file.writeFile(content);
      if (this.#options.synchronous === "full") await file.datasync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  }

  #make(): Buffer {
    const path = join(this.#options.directory, "empty");
    // One that a crash has left need not be whole, since it was never flushed.
    removeFiles(path);
    try {
      createDatabaseFile(path, markOwnFile);
      return readFileSync(path);
    } finally {
      removeFiles(path);
    }
  }
}

function removeFiles(path: string): void {
  for (const suffix of fileSuffixes) rmSync(path + suffix, { force: true });
}
