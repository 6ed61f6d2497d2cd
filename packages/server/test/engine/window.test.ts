import { describe, expect, it } from "vitest";
import { Window } from "../../src/engine/window.ts";
import { operation } from "../../src/engine/wire/frames.ts";

const mebibyte = 1024 ** 2;

function order(databaseId: string, length: number) {
  return { operation: operation.pipeline3, flags: 0, databaseId, body: Buffer.alloc(length) };
}

describe("what is on its way to an engine process", () => {
  it("is bounded for each database, and others have room", () => {
    const window = new Window();
    const long = order("a", 2 * mebibyte);
    expect([window.take(long), window.take(long), window.take(long)]).toEqual([true, true, false]);
    expect(window.take(order("b", 2 * mebibyte))).toBe(true);
  });

  it("keeps its order: behind one that waits, short ones wait too", () => {
    const window = new Window();
    const long = order("a", 3 * mebibyte);
    const short = order("a", 10);
    expect([window.take(long), window.take(short), window.take(long)]).toEqual([true, true, false]);
    expect(window.take(short)).toBe(false);
    expect(window.release(long)).toBe(true);
    expect([window.take(long), window.take(short)]).toEqual([true, true]);
  });

  it("may be one command of any length", () => {
    const window = new Window();
    const huge = order("a", 64 * mebibyte);
    expect([window.take(huge), window.take(huge)]).toEqual([true, false]);
    expect(window.release(huge)).toBe(true);
    expect(window.take(huge)).toBe(true);
  });

  it("is let go together, when half of the room is there again", () => {
    const window = new Window();
    const long = order("a", mebibyte);
    for (let count = 0; count < 4; count++) expect(window.take(long)).toBe(true);
    expect(window.take(long)).toBe(false);
    expect([window.release(long), window.release(long)]).toEqual([false, true]);
    expect(window.release(long)).toBe(false);
  });
});
