import { messageOf } from "../tools/message-of.ts";
import { existsSync } from "node:fs";
import { chmod, open, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import Database from "libsql";
import { makeDirectory } from "./make-directory.ts";
import { makeTemporary, removeAbandoned, removeTemporary } from "./temporary-directories.ts";

/** The directory that holds all a server knows, taken by one server at a time. */
export interface DataDirectory {
  readonly path: string;
  /** Where the database files lie. */
  readonly databases: string;
  /** The URL of the store. */
  readonly storeUrl: string;
  /** The file that keeps space for the store; a temporary directory has none. */
  readonly reserve: string | undefined;
  /** Lets the next server have it; a temporary one is removed. */
  release(): Promise<void>;
}

/** Another server works in the data directory. */
export class DataDirectoryInUse extends Error {
  override readonly name = "DataDirectoryInUse";
}

/** The data directory cannot be made or written. */
export class DataDirectoryUnusable extends Error {
  override readonly name = "DataDirectoryUnusable";

  constructor(directory: string, cause: unknown) {
    const why = messageOf(cause);
    super(`The data directory ${directory} cannot be used; choose another --data-dir (${why})`, {
      cause,
    });
  }
}

/**
 * Takes a data directory, making it where it is not there.
 *
 * @param path undefined: a temporary one
 * @throws DataDirectoryInUse while another server has it, DataDirectoryUnusable where it cannot be
 *   made or written
 */
export async function takeDataDirectory(path: string | undefined): Promise<DataDirectory> {
  const directory = path === undefined ? await makeTemporary() : resolve(path);
  // The keys that sign tokens are in it: they are for nobody else on this machine.
  await makeDirectory(join(directory, "databases")).catch((error: unknown) => {
    throw new DataDirectoryUnusable(directory, error);
  });
  const unlock = lock(directory);
  try {
    await refuseLostStore(directory);
    await keepToOwner(directory);
  } catch (error) {
    unlock();
    throw new DataDirectoryUnusable(directory, error);
  }
  // It has time: the server does not wait for it.
  if (path === undefined) void removeAbandoned(lock).catch(() => {});
  return {
    path: directory,
    databases: join(directory, "databases"),
    storeUrl: storeUrlIn(directory),
    reserve: path === undefined ? undefined : join(directory, "store.reserve"),
    release: async () => {
      unlock();
      if (path === undefined) await removeTemporary(directory);
    },
  };
}

/** A new store would know none of the databases that are there. */
async function refuseLostStore(directory: string): Promise<void> {
  if (existsSync(join(directory, "store.db"))) return;
  const names = await readdir(join(directory, "databases"));
  // They lie in folders named by the first digit of their `DbId`s.
  if (!names.some((name) => /^[0-9a-f]$/.test(name))) return;
  throw new Error(
    "there are databases, but the store.db that knew of them is gone: put it back from a backup, or remove databases/",
  );
}

/** The URL of the store in a data directory. */
export function storeUrlIn(directory: string): string {
  return pathToFileURL(join(resolve(directory), "store.db")).href;
}

/** A directory that was there already may be open to others, as files are that SQLite makes. */
async function keepToOwner(directory: string): Promise<void> {
  // SQLite gives the files beside a database its mode.
  await (await open(join(directory, "store.db"), "a", 0o600)).close();
  for (const file of ["store.db", "store.db-wal", "store.db-shm"]) {
    await chmod(join(directory, file), 0o600).catch(ignore);
  }
  await chmod(join(directory, "databases"), 0o700).catch(ignore);
}

/** It is somebody else's, or not there. */
function ignore(): void {}

/** The operating system ends a lock on a file with the process, however that ends. */
function lock(directory: string): () => void {
  try {
    const file = new Database(join(directory, "lock.db"));
    try {
      // A journal would need space, which a full disk does not have.
      file.exec("PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE");
    } catch (error) {
      file.close();
      throw error;
    }
    return () => file.close();
  } catch (error) {
    if (!isBusy(error)) throw new DataDirectoryUnusable(directory, error);
    throw new DataDirectoryInUse(
      `Another server works in ${directory}; stop it, or choose another --data-dir`,
    );
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "SQLITE_BUSY";
}
