import { collectGarbage } from "./heap.ts";

/**
 * The binding keeps a closed connection's memory and files until JavaScript's collector finds the
 * statements that were prepared on it, which nothing hurries: to V8 they are tiny. So the engine
 * process collects by itself when connections were closed.
 */
const closedAtMost = 32;
/**
 * To let go of one takes about half as long as to open it, which a large schema makes long: so many
 * milliseconds of the latter are let go of at once, not to keep everybody waiting for them.
 */
const openedForAtMost = 50;
/** Milliseconds after which the files of a few closed connections go, too. */
const delay = 1_000;

let closed = 0;
let openedFor = 0;
let timer: NodeJS.Timeout | undefined;

/**
 * Tells that a connection was closed.
 *
 * @param openingTime how long it took to open it, in milliseconds
 */
export function connectionClosed(openingTime: number): void {
  closed += 1;
  openedFor += openingTime;
  if (closed >= closedAtMost || openedFor >= openedForAtMost) {
    setImmediate(collect);
  } else {
    timer ??= setTimeout(collect, delay).unref();
  }
}

function collect(): void {
  if (closed === 0) return;
  clearTimeout(timer);
  timer = undefined;
  closed = 0;
  openedFor = 0;
  collectGarbage();
}
