import Database from "libsql";

/**
 * Creates a database file. What is written is not flushed to the disk.
 *
 * @param sql run on it at once
 */
export function createDatabaseFile(path: string, sql: string): void {
  const handle = new Database(path, { timeout: 5_000 });
  try {
    handle.exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL");
    handle.exec(sql);
  } finally {
    handle.close();
  }
}
