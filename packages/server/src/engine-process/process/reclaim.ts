import { collectGarbage } from "./heap.ts";

/**
 * The binding keeps a closed connection's memory and files until JavaScript's collector finds the
 * statements that were prepared on it, which nothing hurries: to V8 they are tiny. So the engine
 * process collects by itself when connections were closed.
 */
const closedAtMost = 32;
/** Milliseconds after which the files of a few closed connections go, too. */
const delay = 1_000;

let closed = 0;
let timer: NodeJS.Timeout | undefined;

/** Tells that a connection was closed. */
export function connectionClosed(): void {
  closed += 1;
  if (closed >= closedAtMost) {
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
  collectGarbage();
}
