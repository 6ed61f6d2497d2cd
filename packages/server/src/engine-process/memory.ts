import { collectGarbage, limitNursery } from "./heap.ts";

/** How often, in milliseconds, the process looks how large it is. */
const interval = 1_000;

/**
 * Watches the memory of this process.
 *
 * @param limit bytes
 * @param outgrown called whenever the process is found larger, after it let go of what it could
 */
export function watchMemory(limit: number, outgrown: () => void): void {
  const timer = setInterval(() => {
    limitNursery();
    if (process.memoryUsage.rss() <= limit) return;
    collectGarbage();
    if (process.memoryUsage.rss() > limit) outgrown();
  }, interval);
  timer.unref();
}
