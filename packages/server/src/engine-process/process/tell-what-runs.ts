import type { LargeReplies } from "../files/large-replies.ts";
import type { ProgressWriter } from "./progress.ts";

/**
 * Tells the gateway of each command before it is run, so that it knows which one made the process
 * fail. That costs a write each time, so it is done only where a process has failed before.
 *
 * @param time for how long, in milliseconds
 */
export function tellWhatRuns(progress: ProgressWriter, large: LargeReplies, time: number): void {
  let told = 0;
  progress.running = (id) => {
    if (id === told) return;
    told = id;
    large.running(id);
  };
  setTimeout(() => {
    progress.running = undefined;
    large.running(0);
  }, time).unref();
}
