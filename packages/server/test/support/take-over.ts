import { workerData } from "node:worker_threads";
import { ProgressReader } from "../../src/engine-process/process/progress.ts";

/** Takes over whatever stretch of work is under way, and notes in which position how many commands wait. */
const memory: SharedArrayBuffer = workerData.memory;
const waiting = new Int32Array(workerData.waiting);
const reader = new ProgressReader(memory);
for (;;) {
  const { section, isTakenOver } = reader.glimpse();
  if (section === 0 || isTakenOver) continue;
  const position = reader.takeOver(section);
  if (position !== undefined) Atomics.add(waiting, position.waiting.length, 1);
}
