/** It is noted this often, in milliseconds, that the process is not held up. */
const interval = 250;

let last = performance.now();
let heldUp = 0;

setInterval(() => {
  const now = performance.now();
  heldUp += excess(now);
  last = now;
}, interval).unref();

/**
 * The time that clients have had, in milliseconds: what a statement that held the process up took
 * from all of them does not count. What they wait for, and how long they may idle, goes by it, since
 * what they sent meanwhile has not been read.
 */
export function fairTime(): number {
  const now = performance.now();
  return now - heldUp - excess(now);
}

/** For how long nothing else can have been done; a little more than that is usual. */
function excess(now: number): number {
  return Math.max(0, now - last - 2 * interval);
}
