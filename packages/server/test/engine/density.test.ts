import fc from "fast-check";
import { expect, it } from "vitest";
import { isTooDense } from "../../src/hrana/json/density.ts";

const value = fc.oneof(
  fc.constant({ type: "null" }),
  fc.string().map((text) => ({ type: "text", value: text })),
  fc.constantFrom('"', "\\", '\\"', '{"[,:', "\\\\").map((text) => ({ type: "text", value: text })),
  fc.integer().map((number) => ({ type: "integer", value: String(number) })),
);
const statement = fc.record({ sql: fc.string(), args: fc.array(value, { minLength: 1 }) });

it("a request is not taken for one that is too dense, whatever its texts hold", () => {
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 5 }), (some) => {
      // Long enough to be looked at.
      const many = Array.from(
        { length: Math.ceil(400_000 / JSON.stringify(some).length) },
        () => some,
      );
      const requests = many.flat().map((stmt) => ({ type: "execute", stmt }));
      expect(isTooDense(JSON.stringify({ requests }))).toBe(false);
    }),
    { numRuns: 40 },
  );
});

it("what stands in texts does not count", () => {
  const text = JSON.stringify({ sql: '{[,:"\\'.repeat(1_000_000) });
  expect(isTooDense(text)).toBe(false);
  expect(isTooDense(`[${text.slice(8, -1)},${"[".repeat(3_000_000)}`)).toBe(true);
});
