import { constants } from "node:fs";
import { copyFile, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "libsql";
import { databasePath } from "../engine/wire/database-path.ts";

/** The files of databases, copied. Nobody may write to what is copied meanwhile. */
export class DatabaseFiles {
  readonly #directory: string;
  /** The folders that are known to be there. */
  readonly #folders = new Set<string>();

  /** @param directory where the engine has its databases */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Gives a database that has no storage yet a copy of a template. */
  async copyTemplate(template: string, databaseId: string): Promise<void> {
    await copy(template, await this.#newPath(databaseId));
  }

  /**
   * Gives a database that has no storage yet a copy of a SQLite file.
   *
   * @throws Error where the file is not there, or no SQLite database
   */
  async copyFile(source: string | URL, databaseId: string): Promise<void> {
    await copyWhole(pathOf(source), await this.#newPath(databaseId));
  }

  /** Makes a template of a database. */
  async makeTemplate(databaseId: string, template: string): Promise<void> {
    await mkdir(dirname(template), { recursive: true });
    await copyWhole(databasePath(this.#directory, databaseId), template);
  }

  async #newPath(databaseId: string): Promise<string> {
    const path = databasePath(this.#directory, databaseId);
    const folder = dirname(path);
    if (!this.#folders.has(folder)) await mkdir(folder, { recursive: true });
    this.#folders.add(folder);
    return path;
  }
}

/** Where a template lies in the directory of a server. */
export function templatePath(dataDir: string, name: string): string {
  return join(dataDir, "templates", `${name}.db`);
}

export function pathOf(file: string | URL): string {
  return String(file).startsWith("file:") ? fileURLToPath(file) : String(file);
}

/** Where the file system can, a copy shares its blocks with the original until one of them changes. */
async function copy(source: string, target: string): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE);
}

/** Copies a database with what is still in its log, and makes one file of both. */
async function copyWhole(source: string, target: string): Promise<void> {
  await copy(source, target);
  await copy(`${source}-wal`, `${target}-wal`).catch(ignoreAbsence);
  try {
    const database = new Database(target);
    try {
      database.exec("PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE)");
    } finally {
      database.close();
    }
  } catch (error) {
    await Promise.all([target, `${target}-wal`].map((path) => rm(path, { force: true })));
    throw new Error(`${source} is no SQLite database`, { cause: error });
  }
}

function ignoreAbsence(error: unknown): void {
  const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
  if (!isAbsent) throw error;
}
