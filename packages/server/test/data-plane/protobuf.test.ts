import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { run, values } from "../support/hrana.ts";
import { engineProcesses } from "../support/processes.ts";
import { useDatabase, useServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

const server = useServer();
const database = useDatabase(server);

async function post(endpoint: "pipeline" | "cursor", body: Uint8Array): Promise<Response> {
  return await fetch(`${database.url}v3-protobuf/${endpoint}`, {
    method: "POST",
    headers: { authorization: `Bearer ${database.token}` },
    body: Buffer.from(body),
  });
}

/** A message with the fields given. */
function message(...fields: (readonly [number, Uint8Array | string])[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const [number, value] of fields) {
    writer.tag(number, WireType.LengthDelimited);
    if (typeof value === "string") writer.string(value);
    else writer.bytes(value);
  }
  return writer.finish();
}

const executeOne = message([2, message([2, message([1, message([1, "SELECT 1"])])])]);

describe("Protobuf over HTTP", () => {
  it("says its media types", async () => {
    const pipeline = await post("pipeline", executeOne);
    expect(pipeline.status).toBe(200);
    expect(pipeline.headers.get("content-type")).toBe("application/x-protobuf");
    const cursor = await post("cursor", message([2, message()]));
    expect(cursor.status).toBe(200);
    expect(cursor.headers.get("content-type")).toBe("application/octet-stream");
  });

  it("answers with fields that are in their places", async () => {
    const reader = new BinaryReader(
      new Uint8Array(await (await post("pipeline", executeOne)).arrayBuffer()),
    );
    expect(reader.tag()).toEqual([1, WireType.LengthDelimited]);
    expect(reader.string()).toMatch(/\./);
    expect(reader.tag()).toEqual([3, WireType.LengthDelimited]);
    reader.bytes();
    expect(reader.pos).toBe(reader.len);
  });

  it("reads the parts of a message that comes in several as one", async () => {
    const batch = (sql: string) => message([1, message([2, message([1, sql])])]);
    const insert = (value: number) => batch(`INSERT INTO parts VALUES (${value})`);
    const two = message([1, batch("CREATE TABLE parts (a)")], [1, insert(1)]);
    const three = message([1, insert(2)]);
    const text = message([1, message([1, "INSERT INTO parts VALUES (?)"])]);
    const argument = message([1, message([3, message([4, "five"])])]);
    for (const [endpoint, body] of [
      ["pipeline", message([2, message([3, two], [3, three])])],
      ["cursor", message([2, insert(3)], [2, insert(4)])],
      ["pipeline", message([2, message([2, text], [2, argument])])],
    ] as const) {
      const answer = await post(endpoint, body);
      expect(answer.status).toBe(200);
      // A cursor has answered before it is over.
      await answer.arrayBuffer();
    }
    expect(values(await run(database, "SELECT group_concat(a) FROM parts"))).toEqual([
      ["1,2,3,4,five"],
    ]);
  });

  describe("reads what other writers make of the same message:", () => {
    const { Varint, Bit64, Bit32, LengthDelimited, StartGroup, EndGroup } = WireType;
    /** A field with the bytes given, which need not be the shortest. */
    const raw = (number: number, type: WireType, ...bytes: number[]) =>
      Uint8Array.of((number << 3) | type, ...bytes);
    const join = (...parts: Uint8Array[]) => Buffer.concat(parts);
    const seven = message([1, "SELECT 7"]);
    const execute = (statement: Uint8Array) => message([2, message([1, statement])]);
    const minusOne = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    const long = (byte: number) => [byte | 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0];
    const step = (condition: Uint8Array) => message([1, message([1, condition], [2, seven])]);
    const batchOf = (condition: Uint8Array) =>
      message([3, message([1, join(step(message([6, message()])), step(condition))])]);

    it.each([
      [
        "fields that are not known, of each type",
        execute(
          join(
            raw(9, Varint, ...long(1)),
            raw(9, Bit64, 1, 2, 3, 4, 5, 6, 7, 8),
            raw(9, Bit32, 1, 2, 3, 4),
            raw(9, LengthDelimited, 3, 1, 0x80, 1),
            raw(9, StartGroup),
            raw(1, Varint, 1),
            raw(9, EndGroup),
            seven,
          ),
        ),
      ],
      [
        "a tag and a length of more bytes than they need",
        join(Uint8Array.of(0x92, 0x80, 0x00, 12 | 0x80, 0x80, 0x00), message([1, seven])),
      ],
      [
        "a field that comes twice, of which the last counts",
        execute(join(message([1, "SELECT 8"]), seven)),
      ],
      [
        "a request of two kinds, of which the last counts",
        join(message([1, message()]), execute(seven)),
      ],
      [
        "an integer of more bytes than it needs",
        execute(join(message([1, "SELECT ?"]), message([3, raw(2, Varint, ...long(14))]))),
      ],
      [
        "a value of two kinds, of which the last counts",
        execute(
          join(
            message([1, "SELECT ?"]),
            message([3, join(message([1, message()], [4, "8"]), raw(2, Varint, 14))]),
          ),
        ),
      ],
      ["a truth of more bytes than it needs", execute(join(seven, raw(5, Varint, ...long(1))))],
      [
        "a condition of two kinds, of which the last counts",
        batchOf(
          join(raw(1, Varint, 9), message([3, raw(2, Varint, 0)]), raw(1, Varint, ...long(0))),
        ),
      ],
    ])("%s", async (_what, request) => {
      const response = await post("pipeline", message([2, request]));
      expect(response.status).toBe(200);
      // The integer 7, in a value, in a row.
      expect(Buffer.from(await response.arrayBuffer()).includes(Buffer.of(10, 2, 16, 14))).toBe(
        true,
      );
    });

    it("a negative number, with five bytes or with ten", async () => {
      const store = join(raw(1, Varint, ...minusOne), message([2, "SELECT 7"]));
      const number = raw(2, Varint, 0xff, 0xff, 0xff, 0xff, 0x0f);
      const response = await post(
        "pipeline",
        message([2, message([6, store])], [2, execute(number)]),
      );
      expect(Buffer.from(await response.arrayBuffer()).includes(Buffer.of(10, 2, 16, 14))).toBe(
        true,
      );
    });

    it("nothing at all, which is a pipeline of no requests", async () => {
      expect((await post("pipeline", message())).status).toBe(200);
    });

    const garbage = Uint8Array.of(8);
    it.each([
      ["an empty message that is none", message([1, garbage])],
      [
        "the same in a value",
        execute(join(message([1, "SELECT ?"]), message([3, message([1, garbage])]))),
      ],
      ["the same in a condition", batchOf(message([6, garbage]))],
      [
        "a number of more than ten bytes that is not known",
        raw(9, Varint, ...long(1).slice(1, 9), ...long(1)),
      ],
    ])("but not %s", async (_what, request) => {
      const response = await post("pipeline", message([2, request]));
      expect(await response.json()).toMatchObject({ code: "INVALID_PROTOBUF" });
    });
  });

  it("is refused before it takes memory where it has more fields than a request needs", async () => {
    const before = engineProcesses(process.pid);
    const step = message([1, message([2, message([1, ""])])]);
    const steps = Buffer.concat(Array(2_000_000).fill(step));
    const response = await post("pipeline", message([2, message([3, message([1, steps])])]));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringContaining("fields"),
    });
    expect(engineProcesses(process.pid)).toEqual(before);
  });

  it("tells of a value that no reply can hold", async () => {
    const statement = message([1, "SELECT zeroblob(67108865)"]);
    const answer = await post("cursor", message([2, message([1, message([2, statement])])]));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("RESPONSE_TOO_LARGE");
  });

  it("tells errors as JSON, like every endpoint", async () => {
    const response = await post("pipeline", message([1, "no baton"]));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "BATON_INVALID" });
  });

  it.each([
    ["a length beyond the end", Uint8Array.of(10, 200)],
    ["a number without end", new Uint8Array(40).fill(0xff)],
    ["a field of the wrong type", Uint8Array.of(8, 1)],
    ["field number 0", Uint8Array.of(2, 0)],
    ["text that is not UTF-8", message([1, Uint8Array.of(0xff, 0xfe)])],
    ["a request of no kind", message([2, message()])],
    ["a statement without SQL", message([2, message([2, message([1, message()])])])],
    [
      "a value of no type",
      message([2, message([2, message([1, message([1, "SELECT ?"], [3, message()])])])]),
    ],
    ["groups in groups", new Uint8Array(100_000).fill(0x1b)],
  ])("refuses %s", async (_, body) => {
    const response = await post("pipeline", body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: expect.stringMatching(/^INVALID_/) });
  });

  it("refuses conditions that nest without end", async () => {
    let condition = message([6, message()]);
    for (let depth = 0; depth < 2_000; depth++) condition = message([3, condition]);
    const step = message([1, condition], [2, message([1, "SELECT 1"])]);
    const response = await post("cursor", message([2, message([1, step])]));
    expect(await response.json()).toMatchObject({ code: "INVALID_REQUEST" });
  });

  it("survives any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom("pipeline", "cursor"),
        fc.nat(executeOne.length),
        async (bytes, endpoint, cut) => {
          const mixed = Buffer.concat([executeOne.subarray(0, cut), bytes]);
          for (const body of [bytes, mixed]) {
            const { status } = await post(endpoint, body);
            expect([200, 400]).toContain(status);
          }
        },
      ),
      { numRuns: 100 },
    );
    expect(values(await run(database, "SELECT 1"))).toEqual([["1"]]);
  });
});

describe("Protobuf over WebSocket", () => {
  it("survives any bytes, and closes the connection over most of them", async () => {
    const hello = message([1, message([1, database.token])]);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        const client = await TestSocket.connect(database.url, ["hrana3-protobuf"]);
        client.socket.send(hello, { binary: true });
        expect(await client.receive()).toEqual(Buffer.of(10, 0));
        client.socket.send(bytes, { binary: true });
        client.socket.close();
        expect([1005, 1007, 1008]).toContain((await client.closed).code);
      }),
      { numRuns: 50 },
    );
    expect(values(await run(database, "SELECT 1"))).toEqual([["1"]]);
  });

  it("knows a second hello behind what only later versions know", async () => {
    const client = await TestSocket.connect(database.url, ["hrana3-protobuf"]);
    const hello = message([1, message([1, database.token])]);
    for (const each of [hello, Buffer.concat([message([99, "later"]), hello])]) {
      client.socket.send(each, { binary: true });
      expect(await client.receive()).toEqual(Buffer.of(10, 0));
    }
    await client.close();
  });

  it("takes a message of two kinds for the last of them", async () => {
    const client = await TestSocket.connect(database.url, ["hrana3-protobuf"]);
    const hello = message([1, message([1, database.token])]);
    const open = message([2, message([2, message()])]);
    client.socket.send(Buffer.concat([open, hello]), { binary: true });
    expect(await client.receive()).toEqual(Buffer.of(10, 0));
    client.socket.send(Buffer.concat([open, hello]), { binary: true });
    expect(await client.receive()).toEqual(Buffer.of(10, 0));
    client.socket.send(Buffer.concat([hello, open]), { binary: true });
    expect(await client.receive()).toEqual(Buffer.of(26, 4, 8, 0, 18, 0));
    await client.close();
  });

  it("closes the connection over what is no message", async () => {
    const client = await TestSocket.connect(database.url, ["hrana3-protobuf"]);
    client.socket.send(message([1, message([1, database.token])]), { binary: true });
    await client.receive();
    client.socket.send(Uint8Array.of(18, 200), { binary: true });
    expect(await client.closed).toMatchObject({ code: 1007 });
  });
});
