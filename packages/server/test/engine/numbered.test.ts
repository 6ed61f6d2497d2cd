import { describe, expect, it } from "vitest";
import { Numbered } from "../../src/engine/numbered.ts";

describe("things that are under way", () => {
  it("get numbers that grow, and are found by them until they are deleted", () => {
    const numbered = new Numbered<string>();
    const numbers = ["a", "b", "c"].map((thing) => numbered.add(thing));
    expect(numbers).toEqual([1, 2, 3]);
    numbered.delete(2);
    expect(numbers.map((number) => numbered.get(number))).toEqual(["a", undefined, "c"]);
    expect(numbered.size).toBe(2);
    numbered.delete(2);
    expect(numbered.size).toBe(2);
  });

  it("keep their numbers, however many come and go while some stay", () => {
    const numbered = new Numbered<number>();
    const staying = new Map<number, number>();
    for (let thing = 0; thing < 10_000; thing += 1) {
      const number = numbered.add(thing);
      if (thing % 37 === 0) staying.set(number, thing);
      else numbered.delete(number);
    }
    expect(numbered.size).toBe(staying.size);
    for (const [number, thing] of staying) expect(numbered.get(number)).toBe(thing);
    expect(new Map(numbered.entries())).toEqual(staying);
  });

  it("are not found by a number that had the same place before", () => {
    const numbered = new Numbered<string>();
    const first = numbered.add("first");
    numbered.delete(first);
    let last = first;
    while ((last - first) % 64 !== 0 || last === first) {
      numbered.delete(last);
      last = numbered.add("last");
    }
    expect(numbered.get(first)).toBeUndefined();
    expect(numbered.get(last)).toBe("last");
  });

  it("are told in the order in which they came", () => {
    const numbered = new Numbered<number>();
    const things = Array.from({ length: 50 }, (_, thing) => thing);
    // They lie on both sides of the end of the table.
    for (const thing of things) numbered.delete(numbered.add(thing));
    for (const thing of things) numbered.add(thing);
    expect(numbered.entries().map(([, thing]) => thing)).toEqual(things);
  });

  it("are none once they were cleared", () => {
    const numbered = new Numbered<string>();
    const number = numbered.add("one");
    numbered.clear();
    expect([numbered.get(number), numbered.size, numbered.entries()]).toEqual([undefined, 0, []]);
  });
});
