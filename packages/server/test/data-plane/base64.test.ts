import fc from "fast-check";
import { expect, it } from "vitest";
import { Base64 } from "../../src/hrana/base64.ts";

const lengths = fc.oneof(fc.nat(20), fc.integer({ min: 12_280, max: 12_300 }), fc.nat(60_000));

it("bytes of any number are the same base64 as a text and where they are written to", () => {
  fc.assert(
    fc.property(lengths, fc.nat(10), (length, start) => {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 7) % 256);
      const expected = Buffer.from(bytes).toString("base64").replaceAll("=", "");
      const base64 = new Base64(bytes);
      expect(base64.toString()).toBe(expected);
      expect(base64.length).toBe(expected.length);
      const target = Buffer.alloc(start + expected.length);
      expect(base64.writeTo(target, start)).toBe(expected.length);
      expect(target.toString("latin1", start)).toBe(expected);
    }),
    { numRuns: 100 },
  );
});
