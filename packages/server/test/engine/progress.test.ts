import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { isAfter } from "../../src/engine/wire/position.ts";
import {
  createProgressMemory,
  ProgressReader,
  ProgressWriter,
} from "../../src/engine-process/process/progress.ts";

function pair() {
  const memory = createProgressMemory();
  return { writer: new ProgressWriter(memory), reader: new ProgressReader(memory) };
}

describe("the memory that the main thread and its monitor share", () => {
  it("shows no work between two stretches", () => {
    const { writer, reader } = pair();
    expect(reader.glimpse().section).toBe(0);
    writer.begin(5);
    writer.enter(5);
    expect(reader.glimpse()).toMatchObject({ running: 5 });
    expect(reader.glimpse().section).not.toBe(0);
    expect(writer.leave()).toBe(true);
    expect(reader.glimpse().section).toBe(0);
  });

  it("lets the monitor take over from the stretch it saw, and tells the main thread", () => {
    const { writer, reader } = pair();
    writer.begin(6);
    writer.enter(6);
    const { section } = reader.glimpse();
    expect(reader.takeOver(section)).toEqual({
      section,
      running: 6,
      begun: 6,
      isReading: false,
      waiting: [],
    });
    expect(reader.glimpse().section).toBe(-1);
    expect(writer.leave()).toBe(false);
    expect(writer.position).toMatchObject({ section, begun: 6 });
  });

  it("does not let the monitor take over from a stretch that is over", () => {
    const { writer, reader } = pair();
    writer.enter(7);
    const { section } = reader.glimpse();
    expect(writer.leave()).toBe(true);
    expect(reader.takeOver(section)).toBeUndefined();
    writer.enter(8);
    expect(reader.takeOver(section)).toBeUndefined();
    expect(writer.leave()).toBe(true);
  });

  it("tells the command that runs from the last one that was begun", () => {
    const { writer, reader } = pair();
    writer.begin(1);
    writer.begin(2);
    writer.enter(1);
    expect(reader.takeOver(reader.glimpse().section)).toMatchObject({ running: 1, begun: 2 });
  });

  it("tells which commands wait among those that came", () => {
    const { writer, reader } = pair();
    writer.begin(1);
    const places = [2, 3, 4].map((id) => writer.wait(id));
    writer.waitsNoMore(places[1] ?? 0);
    writer.enter(3);
    const position = reader.takeOver(reader.glimpse().section);
    expect(position).toMatchObject({ running: 3, begun: 4 });
    expect(new Set(position?.waiting)).toEqual(new Set([2, 4]));
    expect(new Set(writer.position.waiting)).toEqual(new Set([2, 4]));
  });

  it("tells either all of what waits or nothing, when the main thread gets on meanwhile", async () => {
    const memory = createProgressMemory();
    const writer = new ProgressWriter(memory);
    const count = 100;
    // How many commands waited in how many positions.
    const waiting = new SharedArrayBuffer(4 * (count + 1));
    const module = new URL("../support/take-over.ts", import.meta.url).href;
    const monitor = new Worker(
      `import("tsx/esm/api").then((tsx) => { tsx.register(); return import("${module}"); })`,
      { eval: true, workerData: { memory, waiting } },
    );
    await once(monitor, "online");
    for (let times = 0; times < 300; times += 1) {
      const places = Array.from({ length: count }, (_, index) => writer.wait(index + 1));
      writer.enter(1);
      while (!writer.isHeldUp);
      const soon = performance.now() + times / 10_000;
      while (performance.now() < soon);
      writer.leave();
      for (const place of places) writer.waitsNoMore(place);
    }
    await monitor.terminate();
    const positions = [...new Int32Array(waiting)];
    expect(positions.slice(0, count).filter((times) => times > 0)).toEqual([]);
    expect(positions[count]).toBeGreaterThan(0);
  });

  it("counts statements", () => {
    const { writer, reader } = pair();
    const before = reader.glimpse().statement;
    writer.statement(false);
    expect(reader.glimpse().statement).not.toBe(before);
  });

  it("tells whether the stretch only reads", () => {
    const { writer, reader } = pair();
    writer.enter(1);
    writer.statement(true);
    expect(reader.takeOver(reader.glimpse().section)).toMatchObject({ isReading: true });
    writer.leave();
    writer.enter(2);
    expect(reader.takeOver(reader.glimpse().section)).toMatchObject({
      isReading: false,
      waiting: [],
    });
  });

  it("carries ids up to the largest that frames have", () => {
    const { writer, reader } = pair();
    writer.begin(0xffffffff);
    writer.enter(0xffffffff);
    expect(reader.takeOver(reader.glimpse().section)).toMatchObject({
      running: 0xffffffff,
      begun: 0xffffffff,
    });
  });
});

describe("the numbers of sections", () => {
  it("compare rightly where they grow beyond 31 bits, and where they start over", () => {
    const one = 2 ** 31;
    expect(isAfter(one, one - 1)).toBe(true);
    expect(isAfter(1, 2 ** 32 - 2)).toBe(true);
    expect(isAfter(2 ** 32 - 2, 1)).toBe(false);
  });

  it("are the same for the main thread and its monitor, however large", () => {
    const memory = createProgressMemory();
    const writer = new ProgressWriter(memory, 2 ** 31 - 2);
    const reader = new ProgressReader(memory);
    let last = 1;
    for (let times = 0; times < 4; times += 1) {
      writer.enter(1);
      const section = reader.takeOver(reader.glimpse().section)?.section ?? 0;
      expect(writer.position.section).toBe(section);
      expect(isAfter(section, last)).toBe(true);
      last = section;
      writer.leave();
    }
    expect(last).toBeGreaterThan(2 ** 31);
  });
});
