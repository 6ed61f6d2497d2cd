import { join } from "node:path";

/** Where the file of a database lies, below the engine's directory. */
export function databasePath(directory: string, databaseId: string): string {
  // Folders by the first two digits, so that a hundred thousand files are not in one.
  return join(directory, databaseId.slice(0, 2), `${databaseId}.db`);
}
