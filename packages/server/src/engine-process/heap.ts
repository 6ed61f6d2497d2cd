import v8 from "node:v8";
import { runInNewContext } from "node:vm";
import { growInLargeSteps } from "../heap-steps.ts";

let run: () => void = () => {};

/** Sets how V8 keeps the memory of this process, when all modules are loaded, also the monitor's. */
export function tuneHeap(): void {
  growInLargeSteps();
  v8.setFlagsFromString("--expose-gc");
  run = runInNewContext("gc");
}

/** Collects what nothing refers to. */
export function collectGarbage(): void {
  run();
}
