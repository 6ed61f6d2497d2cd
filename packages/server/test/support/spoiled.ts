import fc from "fast-check";

/** What nobody expects where something else should be; the text of a JSON value each. */
const oddJson = fc.oneof(
  fc.constantFrom(
    "null",
    "true",
    "-1",
    "1.5",
    "1e400",
    "-0",
    "9007199254740993",
    "4294967296",
    '""',
    '"\\ud800"',
    '"\\u0000"',
    '"__proto__"',
    "[]",
    "{}",
    '{"__proto__":{"type":"null"}}',
    '{"constructor":1}',
    '{"type":"__proto__"}',
    '{"type":"toString"}',
    '{"type":"integer","value":"1e3"}',
    '{"type":"integer","value":"99999999999999999999"}',
    '{"type":"blob","base64":"§"}',
    '{"type":"float","value":"NaN"}',
    '{"type":"not","cond":{"type":"not"}}',
    `"${"x".repeat(10_000)}"`,
    `${"[".repeat(10_000)}${"]".repeat(10_000)}`,
    `${'{"cond":'.repeat(5_000)}1${"}".repeat(5_000)}`,
  ),
  fc.json({ maxDepth: 3 }),
);

const places = /"[^"]*"(?!:)|-?[0-9]+|true|false|null|\[\]|\{\}/g;

/** A right text, with something wrong in one place, cut short, or with other bytes in it. */
export function broken(text: string): fc.Arbitrary<Buffer> {
  const found = [...text.matchAll(places)];
  const replaced = fc
    .tuple(fc.constantFrom(...found), oddJson)
    .map(([place, odd]) =>
      Buffer.from(text.slice(0, place.index) + odd + text.slice(place.index + place[0].length)),
    );
  return fc.oneof({ weight: 4, arbitrary: replaced }, spoiled(Buffer.from(text)));
}

/** Bytes, cut short or with other bytes in them. */
export function spoiled(bytes: Buffer): fc.Arbitrary<Buffer> {
  const any = fc.uint8Array({ maxLength: 40 }).map((each) => Buffer.from(each));
  return fc.oneof(
    any,
    fc.nat(bytes.length).map((length) => bytes.subarray(0, length)),
    fc
      .tuple(fc.nat(bytes.length), any, fc.nat(8))
      .map(([at, inserted, lost]) =>
        Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + lost)]),
      ),
  );
}
