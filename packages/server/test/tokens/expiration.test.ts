import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExpiration } from "../../src/tokens/expiration.ts";

const units = {
  ns: 1n,
  us: 1_000n,
  "\u00B5s": 1_000n,
  "\u03BCs": 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
} as const;
const longest = 2n ** 63n - 1n;

test.each([
  ["1w2d6h3ns", 799_200_000_000_003n],
  ["1h30m", 5_400_000_000_000n],
  ["30m1h", 5_400_000_000_000n],
  ["1s1s", 2_000_000_000n],
  ["+5s", 5_000_000_000n],
  ["1.5h", 5_400_000_000_000n],
  [".5s", 500_000_000n],
  ["1.s", 1_000_000_000n],
  ["0.5d0.5d", 86_400_000_000_000n],
  ["007s", 7_000_000_000n],
  ["1.00000000000000000000000000000000001ns", 1n],
  ["0.3333333333333333333h", 1_199_999_999_999n],
  ["0s1ns", 1n],
  ["9223372036854775807ns", longest],
  ["106751d23h47m16.854775807s", longest],
])("%s is %d nanoseconds", (text, nanoseconds) => {
  expect(parseExpiration(text)).toEqual({ kind: "after", nanoseconds });
});

test.each([undefined, "never", "none", "default"])("%j never ends", (text) => {
  expect(parseExpiration(text)).toEqual({ kind: "never" });
});

test.each([
  ["", "is not a duration"],
  ["abc", "is not a duration"],
  ["NEVER", "is not a duration"],
  [" 1s", "is not a duration"],
  ["-", "is not a duration"],
  ["+", "is not a duration"],
  [".", "is not a duration"],
  [".s", "is not a duration"],
  ["--1s", "is not a duration"],
  ["+-1s", "is not a duration"],
  ["s1", "is not a duration"],
  ["１s", "is not a duration"],
  ["1", "without a unit"],
  ["1s5", "without a unit"],
  ["1..5s", "without a unit"],
  ["1y", 'unknown unit "y"'],
  ["1S", 'unknown unit "S"'],
  ["1 s", 'unknown unit " s"'],
  ["1s ", 'unknown unit "s "'],
  ["1e3s", 'unknown unit "e"'],
  ["1h-5m", 'unknown unit "h-"'],
  ["0", "no time at all"],
  ["-0", "no time at all"],
  ["0s", "no time at all"],
  ["0.9ns", "no time at all"],
  ["-5m", "lies in the past"],
  ["-1ns", "lies in the past"],
  ["9223372036854775808ns", "more than 292 years"],
  ["106752d", "more than 292 years"],
  [`${"9".repeat(400)}w`, "more than 292 years"],
  ["9223372036854775807ns1ns", "more than 292 years"],
])("refuses %j", (text, reason) => {
  expect(parseExpiration(text)).toEqual({
    kind: "invalid",
    reason: expect.stringContaining(reason),
  });
});

test("reads every sum of numbers with units exactly", () => {
  const names = Object.keys(units) as (keyof typeof units)[];
  const term = fc.record({
    whole: fc.bigInt({ min: 0n, max: 10_000n }),
    fraction: fc.option(fc.stringMatching(/^\d{0,12}$/), { nil: undefined }),
    unit: fc.constantFrom(...names),
  });
  fc.assert(
    fc.property(fc.array(term, { minLength: 1, maxLength: 8 }), (terms) => {
      const text = terms
        .map(({ whole, fraction, unit }) =>
          fraction === undefined ? `${whole}${unit}` : `${whole}.${fraction}${unit}`,
        )
        .join("");
      const expected = terms
        .map(({ whole, fraction = "", unit }) => {
          const scale = 10n ** BigInt(fraction.length);
          return ((whole * scale + BigInt(fraction || "0")) * units[unit]) / scale;
        })
        .reduce((sum, part) => sum + part, 0n);
      const kind = expected === 0n || expected > longest ? "invalid" : "after";
      expect(parseExpiration(text)).toMatchObject(
        kind === "after" ? { kind, nanoseconds: expected } : { kind },
      );
    }),
  );
});

test("never throws, and never lets anything but a positive duration through", () => {
  const soup = fc
    .array(fc.constantFrom("0", "7", "10", ".", "+", "-", "ns", "µs", "μs", "m", "s", "w", " "))
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.oneof(fc.string(), soup), (text) => {
      const parsed = parseExpiration(text);
      if (parsed.kind !== "after") return;
      expect(parsed.nanoseconds).toBeGreaterThan(0n);
      expect(parsed.nanoseconds).toBeLessThanOrEqual(longest);
    }),
  );
});
