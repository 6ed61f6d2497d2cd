import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Command,
  decodeCommand,
  decodeReply,
  encodeCommandHeader,
  encodeReply,
  FrameReader,
  operation,
  replyKind,
} from "../../src/engine/wire/frames.ts";
import { isAfter } from "../../src/engine/wire/position.ts";

const bytes = fc.uint8Array({ maxLength: 300 }).map((content) => Buffer.from(content));
const command = fc.record({
  id: fc.nat(0xffffffff),
  operation: fc.constantFrom(...Object.values(operation)),
  flags: fc.nat(3),
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
  it("arrive as they were sent, however the pipe cuts them", () => {
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 12 }),
        fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 40 }),
        (commands, lengths) => {
          const reader = new FrameReader();
          const received: Command[] = [];
          for (const piece of cut(Buffer.concat(commands.map(encodeCommand)), lengths)) {
            reader.push(piece, (frame) => {
              const { body, ...rest } = decodeCommand(frame);
              received.push({ ...rest, body: Buffer.from(body) });
            });
          }
          expect(received).toEqual(commands);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("carry replies of any text", () => {
    fc.assert(
      fc.property(
        fc.nat(0xffffffff),
        fc.nat(0xffff),
        fc.string({ unit: "grapheme" }),
        (id, status, text) => {
          const reply = decodeReply(encodeReply(id, replyKind.whole, status, text));
          expect({ ...reply, body: reply.body.toString() }).toEqual({
            id,
            kind: replyKind.whole,
            status,
            body: text,
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it("of an unknown kind are refused", () => {
    const frame = encodeReply(1, replyKind.whole, 200, "");
    frame[8] = 99;
    expect(() => decodeReply(frame)).toThrow(/unknown kind/);
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
