import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Command,
  bodyOf,
  decodeCommand,
  decodeReply,
  encodeCommandHeader,
  encodeReply,
  operation,
  replyKind,
} from "../../src/engine/wire/frames.ts";
import { FrameReader } from "../../src/engine/wire/frame-reader.ts";
import { isAfter } from "../../src/engine/wire/position.ts";

const bytes = fc.uint8Array({ maxLength: 300 }).map((content) => Buffer.from(content));
const command = fc.record({
  id: fc.nat(0xffffffff),
  operation: fc.constantFrom(...Object.values(operation)),
  flags: fc.nat(15),
  databaseId: fc.uuid(),
  body: bytes,
});

function encodeCommand(each: Command): Buffer {
  return Buffer.concat([encodeCommandHeader(each.id, each), each.body]);
}

/** Cuts bytes anywhere, as a pipe may. */
function cut(whole: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let start = 0;
  for (const length of lengths) {
    pieces.push(whole.subarray(start, start + length));
    start += length;
  }
  return [...pieces, whole.subarray(start)];
}

describe("frames", () => {
  it("have texts behind each other as one, whatever their characters", () => {
    const text = fc.string({ unit: "binary", maxLength: 300 });
    fc.assert(
      fc.property(fc.array(text), fc.nat(2), (texts, repeated) => {
        const all = texts.map((each) => each.repeat(1 + 100 * repeated));
        const frame = encodeReply(7, replyKind.whole, 200, all);
        expect(frame.readUInt32LE(0)).toBe(frame.length - 4);
        expect(bodyOf(decodeReply(frame, [])).toString()).toBe(all.join(""));
      }),
      { numRuns: 50 },
    );
  });

  it("arrive as they were sent, however the pipe cuts them", () => {
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 12 }),
        fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 40 }),
        (commands, lengths) => {
          const received: Command[] = [];
          const reader = new FrameReader((first, others) => {
            expect(others).toEqual([]);
            const { body, ...rest } = decodeCommand(first);
            received.push({ ...rest, body: Buffer.from(body) });
          });
          for (const piece of cut(Buffer.concat(commands.map(encodeCommand)), lengths)) {
            reader.push(piece);
          }
          expect(received).toEqual(commands);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("that are large arrive in the pieces that they came in", () => {
    const text = "piece ".repeat(50_000);
    const frames = [text, "short", text].map((each, index) =>
      encodeReply(index, replyKind.whole, 200, each),
    );
    for (const length of [1, 3, 5, 11, 46, 65_536]) {
      const received: string[] = [];
      let mostPieces = 0;
      const reader = new FrameReader((first, others) => {
        const reply = decodeReply(first, others);
        mostPieces = Math.max(mostPieces, reply.pieces.length);
        received.push(bodyOf(reply).toString());
      });
      const whole = Buffer.concat(frames);
      reader.push(whole.subarray(0, length));
      for (const piece of cut(whole.subarray(length), Array(13).fill(65_536))) reader.push(piece);
      expect(received).toEqual([text, "short", text]);
      expect(mostPieces).toBeGreaterThan(3);
    }
  });

  it("carry replies of any text", () => {
    fc.assert(
      fc.property(
        fc.nat(0xffffffff),
        fc.nat(0xffff),
        fc.string({ unit: "grapheme" }),
        (id, status, text) => {
          const reply = decodeReply(encodeReply(id, replyKind.whole, status, text), []);
          expect({ ...reply, pieces: reply.pieces.map(String) }).toEqual({
            id,
            kind: replyKind.whole,
            status,
            pieces: [text],
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it("of an unknown kind are refused", () => {
    const frame = encodeReply(1, replyKind.whole, 200, "");
    frame[8] = 99;
    expect(() => decodeReply(frame, [])).toThrow(/unknown kind/);
  });
});

describe("the order of numbers that start over", () => {
  it.each([
    [2, 1, true],
    [1, 2, false],
    [7, 7, false],
    [1, 0xffffffff, true],
    [0xffffffff, 1, false],
    [0x80000001, 0x7fffffff, true],
  ])("%i after %i: %s", (one, other, expected) => {
    expect(isAfter(one, other)).toBe(expected);
  });
});
