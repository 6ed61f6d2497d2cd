import { renameSync } from "node:fs";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileSuffixes } from "../wire/database-path.ts";

/** So many wait for the next databases. */
const most = 4;
/** With more, others are made after so long, in milliseconds: the first query of a new database comes before. */
const few = 2;
const pause = 10;

/**
 * Files of empty databases that are made before somebody asks for one. To create a file takes a
 * millisecond on some file systems, and a database has three; to give one a name does not.
 */
export class SpareFiles {
  readonly #directory: string;
  readonly #isFlushed: boolean;
  #paths: string[] = [];
  #made = 0;
  #isMaking = false;
  #isStopped = false;
  #making = Promise.resolve();

  /**
   * @param directory for them alone, on the file system of the databases
   * @param isFlushed whether they have to be on the disk
   */
  constructor(directory: string, isFlushed: boolean) {
    this.#directory = directory;
    this.#isFlushed = isFlushed;
  }

  /**
   * Makes a spare one the database at `path`, where there is none.
   *
   * @returns false where there is no spare one
   */
  use(path: string): boolean {
    for (let spare = this.#paths.pop(); spare !== undefined; spare = this.#paths.pop()) {
      if (rename(spare, path)) return true;
    }
    return false;
  }

  /** Makes as many as there should be, by the way. They are a help: without them it goes on. */
  refill(content: Buffer): void {
    if (this.#isMaking || this.#isStopped) return;
    this.#isMaking = true;
    // What keeps files from being made is told by whoever makes one for a database.
    const over = () => {
      this.#isMaking = false;
    };
    this.#making = this.#fill(content).then(over, over);
  }

  /** Removes them when what is under way is over; there will be no more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#making;
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #fill(content: Buffer): Promise<void> {
    if (this.#paths.length > few) await setTimeout(pause);
    await mkdir(this.#directory, { recursive: true });
    while (this.#paths.length < most && !this.#isStopped) {
      this.#made += 1;
      const path = join(this.#directory, String(this.#made));
      try {
        for (const suffix of fileSuffixes) await this.#make(path + suffix, suffix, content);
      } catch (error) {
        await Promise.all(fileSuffixes.map((suffix) => rm(path + suffix, { force: true })));
        throw error;
      }
      this.#paths.push(path);
    }
  }

  async #make(path: string, suffix: string, content: Buffer): Promise<void> {
    const file = await open(path, "w", 0o600);
    try {
      if (suffix !== "") return;
      await file.writeFile(content);
      if (this.#isFlushed) await file.datasync();
    } finally {
      await file.close();
    }
  }
}

/** Gives a spare one its name; false where somebody has removed it, or it cannot have the name. */
function rename(spare: string, path: string): boolean {
  try {
    // The database itself comes last: it is there as a whole or not at all.
    for (const suffix of fileSuffixes) renameSync(spare + suffix, path + suffix);
    return true;
  } catch {
    // Whoever makes the file instead tells what is in the way.
    return false;
  }
}
