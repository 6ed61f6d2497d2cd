import { join } from "node:path";

/** A database is these files, and `path` is that of the last one; there may be only that. */
export const fileSuffixes = ["-wal", "-shm", ""] as const;

/** Where the file of a database lies, below the engine's directory. */
export function databasePath(directory: string, databaseId: string): string {
  // Folders by the first digit, so that a hundred thousand files are not in one; to make a folder
  // takes as long as to make a file, and of these few each new database soon finds its own.
  return join(directory, databaseId.slice(0, 1), `${databaseId}.db`);
}

/** Where files lie that wait to become databases. */
export function sparesPath(directory: string): string {
  return join(directory, "spare");
}
