import fc from "fast-check";

/** A value as Hrana sends it in JSON. */
export type Value =
  | { readonly type: "null" }
  | { readonly type: "integer"; readonly value: string }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "text"; readonly value: string }
  | { readonly type: "blob"; readonly base64: string };

const edges = [0n, 1n, -1n, 2n ** 31n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)];
/** Integers of 64 bits. */
export const integer = fc.oneof(
  fc.constantFrom(...edges),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.integer({ min: -3, max: 9 }).map(BigInt),
);
const float = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(
    0,
    -0,
    1,
    0.1,
    1e15,
    1e16,
    1e17,
    123456789012345680,
    5e-324,
    1.7976931348623157e308,
  ),
);
const oddTexts = [
  "",
  " ",
  "'",
  '"',
  "1",
  "1e3",
  "-0",
  "é",
  "e\u0301",
  "中",
  "🙂",
  "\uFFFF",
  "\\",
  "\n",
  "\u0001",
  "\u2028",
  "null",
  "0x10",
  "%_",
];
const anyText = fc.oneof(
  fc.constantFrom(...oddTexts, "\0", "a\0b"),
  fc.string({ unit: "binary", maxLength: 6 }),
);
/** Texts that SQL can hold, which has no NUL. */
export const text = anyText.filter((each) => !each.includes("\0"));
/** Bytes of ASCII: operators make text of blobs, and text that is not UTF-8 is a known difference. */
export const bytes = fc.uint8Array({ max: 127, maxLength: 5 }).map((each) => Buffer.from(each));

const valueWith = (blob: fc.Arbitrary<Buffer>): fc.Arbitrary<Value> =>
  fc.oneof(
    fc.constant<Value>({ type: "null" }),
    integer.map((each): Value => ({ type: "integer", value: String(each) })),
    float.map((each): Value => ({ type: "float", value: each })),
    anyText.map((each): Value => ({ type: "text", value: each })),
    fc.tuple(blob, fc.boolean()).map(([each, padded]): Value => ({
      type: "blob",
      base64: padded ? each.toString("base64") : each.toString("base64").replaceAll("=", ""),
    })),
  );

/** Values of each type, the extreme ones often. */
export const anyValue = valueWith(
  fc.uint8Array({ maxLength: 20 }).map((each) => Buffer.from(each)),
);
/** Values that stay text or text-like whatever operators make of them. */
export const value = valueWith(bytes);
