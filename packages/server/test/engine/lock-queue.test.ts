import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { LockQueue } from "../../src/engine-process/database/lock-queue.ts";

it("one that gives up lets the next look at once, and only that", async () => {
  const queue = new LockQueue();
  const woken: number[] = [];
  const numbers = [queue.draw(), queue.draw(), queue.draw()];
  const [first = 0, second = 0] = numbers;
  const waits = numbers.map(async (number) => {
    await queue.wait(number);
    woken.push(number);
  });
  queue.leave(first);
  await setImmediate();
  expect(woken).toEqual([first, second]);
  await Promise.all(waits);
});
