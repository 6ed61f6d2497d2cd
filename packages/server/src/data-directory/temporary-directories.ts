import { rmSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Long enough that nobody else has such a directory. */
const prefix = "logicaldb-temporary-";
/** One that is younger, in milliseconds, may be about to be taken. */
const settled = 60_000;

/** Those of this process; also removed where it ends without stopping its servers. */
const own = new Set<string>();
process.once("exit", () => {
  for (const directory of own) rmSync(directory, { recursive: true, force: true });
});

/** Makes a directory for a server that keeps nothing. */
export async function makeTemporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), prefix));
  own.add(directory);
  return directory;
}

/** Removes such a directory with all that is in it. */
export async function removeTemporary(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  own.delete(directory);
}

/**
 * Removes those of processes that were killed, which could not.
 *
 * @param tryLock takes a directory and returns what lets go of it; throws where a server has it
 */
export async function removeAbandoned(tryLock: (directory: string) => () => void): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const directory = join(tmpdir(), name);
    try {
      const { mtimeMs } = await stat(join(directory, "lock.db"));
      if (own.has(directory) || Date.now() - mtimeMs < settled) continue;
      tryLock(directory)();
      await rm(directory, { recursive: true, force: true });
    } catch {
      // A server has it, it belongs to somebody else, or it is gone already.
    }
  }
}
