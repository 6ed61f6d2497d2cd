import { closeSync, openSync, readSync } from "node:fs";

/** Where a database file says how large its pages are (SQLite: Database File Format, 1.3). */
const offset = 16;

/** The size of the pages of a database file, in bytes; that of new files where it has none yet. */
export function pageSizeOf(path: string): number {
  const bytes = Buffer.alloc(2);
  try {
    const file = openSync(path, "r");
    try {
      readSync(file, bytes, 0, 2, offset);
    } finally {
      closeSync(file);
    }
  } catch {
    // Whoever opens the database tells better what is wrong with it.
  }
  const size = bytes.readUInt16BE();
  if (size === 1) return 65_536;
  return size === 0 ? 4_096 : size;
}
