import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { type Command, operation } from "../../src/engine/wire/frames.ts";
import { Backlog } from "../../src/engine-process/backlog.ts";
import { fairTime } from "../../src/engine-process/process/fair-time.ts";
import { createProgressMemory, ProgressWriter } from "../../src/engine-process/process/progress.ts";

const databaseId = "database";

/** A backlog whose commands come to `begin`, and all that can be seen of it. */
function backlog({ isBackedUp = false, begin = () => {} } = {}) {
  const seen = { isBackedUp, isPaused: false, begun: 0 };
  const parts = {
    progress: new ProgressWriter(createProgressMemory()),
    source: { pause: () => (seen.isPaused = true), resume: () => (seen.isPaused = false) },
    begin: () => {
      seen.begun += 1;
      begin();
    },
    settle: () => {},
    isBackedUp: () => seen.isBackedUp,
  };
  return Object.assign(seen, { commands: new Backlog(parts) });
}

function command(id: number): Command {
  return { operation: operation.pipeline3, flags: 0, databaseId, body: Buffer.alloc(1), id };
}

it("reads on when all that waits was given away or given back, while no replies are taken", async () => {
  const seen = backlog({ isBackedUp: true });
  const endings = [
    () => seen.commands.clear(),
    () => seen.commands.remove(databaseId, () => true),
  ] as const;
  for (const end of endings) {
    for (let id = 1; !seen.isPaused; id += 1) seen.commands.take(command(id), true);
    await setImmediate();
    expect(seen.isPaused).toBe(true);
    end();
    expect(seen.isPaused).toBe(false);
  }
  expect(seen.begun).toBe(0);
});

it("time goes on for clients whose commands always wait", async () => {
  // For each that is begun, another comes.
  const seen = backlog({ isBackedUp: true, begin: () => seen.commands.take(command(1), true) });
  for (let each = 0; each < 2; each += 1) seen.commands.take(command(1), true);
  const before = fairTime(databaseId);
  seen.isBackedUp = false;
  seen.commands.goOn();
  await expect.poll(() => fairTime(databaseId)).toBeGreaterThan(before);
  seen.isBackedUp = true;
});
