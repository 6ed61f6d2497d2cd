import type { ProgressWriter } from "./progress.ts";

/**
 * Tells the gateway of each command before it is run, so that it knows which one made the process
 * fail. That costs a write each time, so it is done only where a process has failed before.
 *
 * @param tell notes the id of the command that is run next; 0 where that is not told any more
 * @param time for how long, in milliseconds
 */
export function tellWhatRuns(
  progress: ProgressWriter,
  tell: (id: number) => void,
  time: number,
): void {
  let told = 0;
  progress.running = (id) => {
    if (id === told) return;
    told = id;
    tell(id);
  };
  setTimeout(() => {
    progress.running = undefined;
    tell(0);
  }, time).unref();
}
