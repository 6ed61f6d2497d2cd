import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, pipeline, run, send, values } from "../support/hrana.ts";
import type { TestDatabase } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
let mine: TestDatabase;
let theirs: TestDatabase;
beforeAll(async () => {
  world = await startWorld();
  ({ mine, theirs } = world);
});
afterAll(async () => {
  await world.stop();
});

const secrets = "SELECT * FROM secrets";

/** Opens a stream of the other tenant, with a transaction and a stored text. */
async function openStream(database: TestDatabase): Promise<string> {
  const { body } = await pipeline(database, [
    execute("BEGIN"),
    { type: "store_sql", sql_id: 7, sql: secrets },
  ]);
  return body.baton;
}

describe("the baton of another's stream", () => {
  it.each(["/v2/pipeline", "/v3/pipeline", "/v3/cursor", "/v3-protobuf/pipeline"])(
    "is worth nothing at %s, and the stream goes on",
    async (path) => {
      const baton = await openStream(theirs);
      const body = path.endsWith("cursor")
        ? { baton, batch: { steps: [{ stmt: { sql: secrets } }] } }
        : { baton, requests: [execute(secrets)] };
      const bytes = Buffer.concat([Buffer.of(10, baton.length), Buffer.from(baton)]);
      const answer = await send(
        mine,
        path,
        path.includes("protobuf") ? bytes.toString("latin1") : body,
        mine.token,
      );
      expect(answer).toMatchObject({ status: 400, body: { code: "BATON_INVALID" } });
      const onTheirs = await send(
        theirs,
        path.includes("protobuf") ? "/v3/pipeline" : path,
        body,
        mine.token,
      );
      expect(onTheirs.status).toBe(401);
      expect(world.isLeak(JSON.stringify([answer, onTheirs]))).toBe(false);
      const own = await pipeline(theirs, [{ type: "close" }], { baton });
      expect(own.status).toBe(200);
    },
  );

  it("cannot be made up from one's own", async () => {
    const own = await openStream(mine);
    const other = await openStream(theirs);
    const half = Math.floor(own.length / 2);
    const made = [
      own.slice(0, half) + other.slice(half),
      other.slice(0, half) + own.slice(half),
      flipped(own, 0),
      flipped(own, own.length - 1),
      own.slice(0, -1),
      `${own}A`,
      own.toUpperCase(),
      Buffer.from("1:1").toString("base64"),
      "",
      "1",
      "../../x",
    ].filter((baton) => baton !== own);
    for (const baton of made) {
      const { status, body } = await pipeline(mine, [execute("SELECT 1")], { baton });
      expect([baton, status]).toEqual([baton, 400]);
      expect(body.code).toMatch(/^BATON_(?:INVALID|REUSED)$/);
    }
    for (const [database, baton] of [
      [mine, own],
      [theirs, other],
    ] as const) {
      expect((await pipeline(database, [{ type: "close" }], { baton })).status).toBe(200);
    }
  });
});

describe("what a stream stored", () => {
  it("is known to no other stream of the database", async () => {
    const baton = await openStream(theirs);
    const other = await pipeline(theirs, [{ type: "describe", sql_id: 7 }]);
    expect(other).toMatchObject({ status: 400, body: { code: "SQL_NOT_STORED" } });
    await pipeline(theirs, [{ type: "close" }], { baton });
  });

  it("is known to no other database", async () => {
    const baton = await openStream(theirs);
    const answer = await pipeline(mine, [{ type: "execute", stmt: { sql_id: 7 } }]);
    expect(answer).toMatchObject({ status: 400, body: { code: "SQL_NOT_STORED" } });
    await pipeline(theirs, [{ type: "close" }], { baton });
  });
});

describe("a WebSocket connection", () => {
  it("knows no streams, cursors and texts of another", async () => {
    const their = await TestSocket.open(theirs);
    await their.openStream(1);
    await their.ask({ type: "store_sql", sql_id: 7, sql: secrets });
    await their.openStream(2);
    await their.ask({
      type: "open_cursor",
      stream_id: 2,
      cursor_id: 3,
      batch: { steps: [{ stmt: { sql: secrets } }] },
    });
    for (const database of [mine, theirs]) {
      const other = await TestSocket.open(database);
      const answers = [
        await other.ask({ type: "execute", stream_id: 1, stmt: { sql: "SELECT 1" } }),
        await other.ask({ type: "fetch_cursor", cursor_id: 3, max_count: 10 }),
        await other.ask({ type: "close_stream", stream_id: 1 }),
        await other.ask({ type: "close_cursor", cursor_id: 3 }),
      ];
      await other.openStream(5);
      answers.push(await other.ask({ type: "describe", stream_id: 5, sql_id: 7 }));
      expect(world.isLeak(JSON.stringify(answers))).toBe(false);
      expect(answers[0]).toMatchObject({ code: expect.any(String) });
      expect(answers[1]).toMatchObject({ code: expect.any(String) });
      expect(answers[4]).toMatchObject({ code: "SQL_NOT_STORED" });
      await other.close();
    }
    expect(
      (await their.ask({ type: "fetch_cursor", cursor_id: 3, max_count: 10 })).entries.length,
    ).toBeGreaterThan(0);
    expect(values(await their.execute(1, "SELECT count(*) FROM secrets"))).toEqual([["1"]]);
    await their.close();
  });

  it("takes no token of another database later on", async () => {
    const socket = await TestSocket.open(mine);
    await socket.openStream(1);
    socket.send({ type: "hello", jwt: theirs.token });
    expect(await socket.receive()).toMatchObject({ type: "hello_error" });
    expect(world.isLeak(JSON.stringify(await run(mine, "SELECT * FROM t")))).toBe(false);
    await socket.close();
  });
});

/** The text with one character changed. */
function flipped(text: string, index: number): string {
  const other = text[index] === "A" ? "B" : "A";
  return text.slice(0, index) + other + text.slice(index + 1);
}
