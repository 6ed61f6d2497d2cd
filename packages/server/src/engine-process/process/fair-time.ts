/** It is noted this often, in milliseconds, that the process is not held up. */
const interval = 250;

let last = performance.now();
let heldUp = 0;

/** When the oldest of the commands of a database came that wait for their turn. */
const waitingSince = new Map<string, number>();

setInterval(() => {
  const now = performance.now();
  heldUp += excess(now);
  last = now;
}, interval).unref();

/**
 * The time that clients have had, in milliseconds: what a statement that held the process up took
 * from all of them does not count.
 */
export function processTime(): number {
  const now = performance.now();
  return now - heldUp - excess(now);
}

/**
 * Up to when, in {@link processTime}, all that the clients of a database sent has been begun. What
 * they wait for, and how long they may idle, is over by this time, since what they sent later may be
 * the end of it.
 */
export function fairTime(databaseId: string): number {
  return waitingSince.get(databaseId) ?? processTime();
}

/**
 * Notes which commands of a database wait for their turn.
 *
 * @param since when the oldest of them came, in {@link processTime}; undefined where there are none
 */
export function clientsWait(databaseId: string, since: number | undefined): void {
  if (since === undefined) waitingSince.delete(databaseId);
  else waitingSince.set(databaseId, since);
}

/** For how long nothing else can have been done; a little more than that is usual. */
function excess(now: number): number {
  return Math.max(0, now - last - 2 * interval);
}
