import { expect, it } from "vitest";
import { createProgressMemory, ProgressWriter } from "../../src/engine-process/process/progress.ts";
import { Tasks } from "../../src/engine-process/tasks.ts";
import type { Steps } from "../../src/hrana/session.ts";

/** Longer than others have to wait for a turn. */
const long = 15;

function keepBusy(): void {
  const until = performance.now() + long;
  while (performance.now() < until);
}

it("makes no pause before the first statement of a request, and one behind each that took long", async () => {
  const tasks = new Tasks(
    new ProgressWriter(createProgressMemory()),
    () => {},
    () => {},
  );
  const pauses: boolean[] = [];
  function* steps(): Steps<void> {
    for (let statement = 0; statement < 3; statement++) {
      // Before the first, this is what a busy machine does; later, it is the statement before.
      keepBusy();
      const pause = tasks.breath();
      pauses.push(pause !== undefined);
      if (pause !== undefined) yield pause;
    }
  }
  await new Promise<void>((resolve, reject) => {
    tasks.run(1, steps(), { done: resolve, failed: reject });
  });
  expect(pauses).toEqual([false, true, true]);
});
