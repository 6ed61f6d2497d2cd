import v8 from "node:v8";
import { runInNewContext } from "node:vm";
import { growInLargeSteps } from "../../tools/heap-steps.ts";

/**
 * Nearly all that a request allocates is garbage soon, and a thousand databases need the memory more
 * than its two halves of 16 MB. They double as they grow: the first size above this one, in bytes,
 * is twice 8 MB.
 */
const nurserySize = 12 * 1024 ** 2;

let run: () => void = () => {};
let mayGrow = true;

/** Sets how V8 keeps the memory of this process, when all modules are loaded, also the monitor's. */
export function tuneHeap(): void {
  growInLargeSteps();
  v8.setFlagsFromString("--expose-gc");
  run = runInNewContext("gc");
}

/** Keeps the place for what was allocated last from growing, once it is large enough. */
export function limitNursery(): void {
  if (!mayGrow) return;
  const nursery = v8.getHeapSpaceStatistics().find((space) => space.space_name === "new_space");
  mayGrow = (nursery?.space_size ?? 0) < nurserySize;
  if (!mayGrow) v8.setFlagsFromString("--semi-space-growth-factor=1");
}

/** Collects what nothing refers to. */
export function collectGarbage(): void {
  run();
}
