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
    if (residentBytes() <= limit) return;
    collectGarbage();
    if (residentBytes() > limit) outgrown();
  }, interval);
  timer.unref();
}

function residentBytes(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    // Linux tells by a file, and there may be no descriptor left to open it; the next look will.
    return 0;
  }
}
