import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks something again and again, a moment apart, for as long as other work goes on. Returns how
 * often it was answered meanwhile.
 */
export async function timesAnswered(
  work: Promise<unknown>,
  ask: () => Promise<void>,
): Promise<number> {
  let isOver = false;
  const over = work.finally(() => (isOver = true));
  let times = 0;
  while (!isOver) {
    await ask();
    if (!isOver) times += 1;
    await sleep(10);
  }
  await over;
  return times;
}
