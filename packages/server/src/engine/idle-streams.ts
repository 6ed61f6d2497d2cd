import type { EngineProcess } from "./engine-process.ts";
import { commandFlag, operation, type Operation } from "./wire/frames.ts";

const body = Buffer.alloc(0);

/**
 * Has the streams of a database closed that have idled in a process, after all that its clients have
 * sent has been read: a request may wait in another process, and only who reads it finds out which
 * stream it is for.
 *
 * @param processes those that may have something of the database
 */
export async function closeIdleStreams(
  process: EngineProcess,
  databaseId: string,
  processes: () => readonly EngineProcess[],
): Promise<void> {
  let isDone = false;
  while (!isDone && !process.isGone) {
    const others = processes().filter((each) => each !== process && each.has(databaseId));
    const areRead = await Promise.all(
      others.map((each) => isRun(each, operation.sync, databaseId)),
    );
    isDone = areRead.every(Boolean) && (await isRun(process, operation.closeIdle, databaseId));
  }
}

/** Gives an order; false where it came back, as did what waited before it, which may be elsewhere now. */
async function isRun(
  process: EngineProcess,
  kind: Operation,
  databaseId: string,
): Promise<boolean> {
  return await new Promise((resolve) => {
    process.send(
      { operation: kind, flags: commandFlag.shared, databaseId, body },
      {
        reply: () => resolve(true),
        lost: () => resolve(true),
        returned: () => resolve(false),
      },
    );
  });
}
