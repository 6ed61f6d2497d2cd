import { boundedCache } from "../../tools/bounded-cache.ts";

/** It is noted this often, in milliseconds, that the process is not held up. */
const interval = 250;

let last = performance.now();
let heldUp = 0;

/** For less, in milliseconds, nobody is behind. */
const shortest = 100;

/** Since when the clients of a database are behind, in {@link processTime}. */
const behindSince = new Map<string, number>();
/** For how long they were, in milliseconds. */
const behindFor = boundedCache<string, number>(10_000);

setInterval(() => {
  const now = performance.now();
  heldUp += excess(now);
  last = now;
}, interval).unref();

/**
 * The time that the clients of a database have had, in milliseconds: what a statement that held the
 * process up took from all of them does not count, and not what they waited for their turn. What
 * they wait for, and how long they may idle, goes by it, since what they sent has not been read.
 */
export function fairTime(databaseId: string): number {
  const now = processTime();
  if (behindFor.size === 0 && behindSince.size === 0) return now;
  const since = behindSince.get(databaseId) ?? now;
  return since - (behindFor.get(databaseId) ?? 0);
}

/** What the clients of a database send waits for its turn from here on. */
export function clientsFallBehind(databaseId: string): void {
  behindSince.set(databaseId, processTime());
}

/** All that they sent has been begun. */
export function clientsCatchUp(databaseId: string): void {
  const now = processTime();
  const time = now - (behindSince.get(databaseId) ?? now);
  behindSince.delete(databaseId);
  if (time >= shortest) behindFor.set(databaseId, (behindFor.get(databaseId) ?? 0) + time);
}

/** The same for all databases. */
function processTime(): number {
  const now = performance.now();
  return now - heldUp - excess(now);
}

/** For how long nothing else can have been done; a little more than that is usual. */
function excess(now: number): number {
  return Math.max(0, now - last - 2 * interval);
}
