import { expect, test } from "vitest";
import { createExclusive } from "../../src/platform/exclusive.ts";

/** A task that ends when the test says so, and what becomes of it. */
function held() {
  let end: { done: () => void; fail: (error: Error) => void } | undefined;
  const task = () =>
    new Promise<void>((done, fail) => {
      end = { done, fail };
    });
  return {
    task,
    hasBegun: () => end !== undefined,
    done: () => end?.done(),
    fail: (error: Error) => end?.fail(error),
  };
}

/** Lets all run that can. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a task that fails does not fail the next one of its key", async () => {
  const exclusively = createExclusive();
  const first = held();
  const failing = exclusively("shop", first.task);
  const next = exclusively("shop", async () => "done");
  first.fail(new Error("no such location"));
  await expect(failing).rejects.toThrow("no such location");
  expect(await next).toBe("done");
});

test("tasks of a key run one after the other, also those that come while others wait", async () => {
  const exclusively = createExclusive();
  const [first, second, third] = [held(), held(), held()];
  const ofFirst = exclusively("shop", first.task);
  const ofSecond = exclusively("shop", second.task);
  expect([first.hasBegun(), second.hasBegun()]).toEqual([true, false]);
  first.done();
  await ofFirst;
  const ofThird = exclusively("shop", third.task);
  await settled();
  expect([second.hasBegun(), third.hasBegun()]).toEqual([true, false]);
  second.done();
  await ofSecond;
  await settled();
  expect(third.hasBegun()).toBe(true);
  third.done();
  await ofThird;
});

test("tasks of different keys do not wait for each other", async () => {
  const exclusively = createExclusive();
  const endless = held();
  void exclusively("shop", endless.task);
  expect(await exclusively("blog", async () => "done")).toBe("done");
});
