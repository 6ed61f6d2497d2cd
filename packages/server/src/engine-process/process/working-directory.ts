import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** No file can be made in it, not even by root, and none of its names is a number. */
const nobodysDirectory = "/proc/self/ns";

/**
 * Leaves the process without a directory that relative paths could lead into. FTS5 takes the text
 * of a ranking function for SQL, so a statement may call functions that the gate has never seen,
 * those that read and write files among them; the first argument is a number then, which is a
 * relative path. In a directory that was removed, nothing is found and nothing can be made.
 *
 * @throws what the system says where it can neither remove nor lend a directory
 */
export function leaveWorkingDirectory(): void {
  // Where nothing can be made in the first place, as on a full disk.
  if (!leftForRemoved()) process.chdir(nobodysDirectory);
}

function leftForRemoved(): boolean {
  try {
    const directory = mkdtempSync(join(tmpdir(), "logicaldb-nowhere-"));
    process.chdir(directory);
    rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
}
