import type { LargeReplies } from "../files/large-replies.ts";
import type { ProgressWriter } from "./progress.ts";

/** For so long after a process failed, in milliseconds, those that were started then are watched. */
const watchTime = 10 * 60_000;

/**
 * Tells the gateway of each command before it is run, so that it knows which one made the process
 * fail. That costs a write each time, so it is done only where a process has failed before.
 */
export function tellWhatRuns(progress: ProgressWriter, large: LargeReplies): void {
  let told = 0;
  progress.running = (id) => {
    if (id === told) return;
    told = id;
    large.running(id);
  };
  setTimeout(() => {
    progress.running = undefined;
    large.running(0);
  }, watchTime).unref();
}
