import {
  closeSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { EngineProcessSettings } from "../../engine/wire/settings.ts";
import { fileSuffixes, sparesPath } from "../../engine/wire/database-path.ts";
import { createDatabaseFile } from "./binding.ts";
import { SpareFiles } from "../files/spare-files.ts";
import { markOwnFile } from "./text-hazards.ts";

/**
 * Makes the files of new databases. All are alike, so SQLite makes one, and the others are copies:
 * a copy takes microseconds, where making one takes several flushes of the disk.
 */
export class NewFiles {
  readonly #settings: Pick<EngineProcessSettings, "directory" | "incarnation" | "synchronous">;
  readonly #spares: SpareFiles;
  #empty: Buffer | undefined;

  constructor(settings: Pick<EngineProcessSettings, "directory" | "incarnation" | "synchronous">) {
    this.#settings = settings;
    const { directory, incarnation, synchronous } = settings;
    this.#spares = new SpareFiles(sparesPath(directory, incarnation), synchronous === "full");
  }

  /** Makes an empty database at a path where there is none. It is there as a whole or not at all. */
  create(path: string): void {
    this.#empty ??= this.#make();
    if (!this.#spares.use(path)) this.#write(path, this.#empty);
    this.#spares.refill(this.#empty);
  }

  #write(path: string, content: Buffer): void {
    const unfinished = `${path}-new`;
    const file = openSync(unfinished, "w", 0o600);
    try {
      writeFileSync(file, content);
      if (this.#settings.synchronous === "full") fdatasyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, path);
  }

  #make(): Buffer {
    const { directory, incarnation } = this.#settings;
    const path = join(directory, `empty-${incarnation}`);
    try {
      createDatabaseFile(path, markOwnFile);
      return readFileSync(path);
    } finally {
      for (const suffix of fileSuffixes) rmSync(path + suffix, { force: true });
    }
  }
}
