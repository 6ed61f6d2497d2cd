import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, pipeline, run, values } from "../support/hrana.ts";
import { timesAnswered } from "../support/meanwhile.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";
import { TestStream } from "../support/stream.ts";
import { TestSocket } from "../support/web-socket.ts";

/** Takes some ten milliseconds, and does not hold its process up. */
const work =
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 60000) SELECT count(*) FROM c";

describe("databases of one process, when one of them sends more than is run in a moment", () => {
  let server: TestServer;
  let busy: TestDatabase;
  let other: TestDatabase;
  beforeAll(async () => {
    server = await TestServer.start({ engineProcesses: 1, patience: { streamIdle: 900 } });
    busy = await server.createDatabase();
    other = await server.createDatabase();
    await run(busy, "CREATE TABLE t (a INTEGER PRIMARY KEY, b)");
    await run(other, "SELECT 1");
  });
  afterAll(async () => {
    await server.stop();
  });

  /** Sends many requests, which take some time; how many were answered is counted. */
  function backlog(count: number, sql = work) {
    const sent = { answered: 0, all: Promise.resolve<unknown[]>([]) };
    sent.all = Promise.all(
      Array.from({ length: count }, async () => {
        const answer = await run(busy, sql);
        sent.answered += 1;
        return answer;
      }),
    );
    return sent;
  }

  it("take turns", async () => {
    const sent = backlog(80);
    // They have come to the process, too.
    await expect.poll(() => sent.answered).toBeGreaterThan(0);
    for (let round = 0; round < 3; round += 1) {
      expect(values(await run(other, "SELECT 1"))).toEqual([["1"]]);
    }
    expect(sent.answered).toBeLessThan(80);
    for (const answer of await sent.all) expect(answer).toMatchObject({ rows: [[{}]] });
  });

  it("take turns also with requests of many statements", async () => {
    const statements = 6;
    const requests = [...Array<unknown>(statements).fill(execute(work)), { type: "close" }];
    const sent = Array.from({ length: 20 }, async () => await pipeline(busy, requests));
    const times = await timesAnswered(Promise.all(sent), async () => {
      expect(values(await run(other, "SELECT 1"))).toEqual([["1"]]);
    });
    // Not only when all of them have run one statement more.
    expect(times).toBeGreaterThan(2 * statements);
  });

  it("take turns also with requests that are long", async () => {
    const sent = backlog(60, `${work} /* ${"long ".repeat(180_000)} */`);
    await expect.poll(() => sent.answered).toBeGreaterThan(0);
    for (let round = 0; round < 3; round += 1) {
      expect(values(await run(other, "SELECT 1"))).toEqual([["1"]]);
    }
    expect(sent.answered).toBeLessThan(30);
    for (const answer of await sent.all) expect(answer).toMatchObject({ rows: [[{}]] });
  });

  it("have their own run in their order, also behind those that are long", async () => {
    await run(busy, "CREATE TABLE lengths (a INTEGER PRIMARY KEY, b)");
    const socket = await TestSocket.open(busy);
    await socket.openStream(1);
    const lengths = Array.from({ length: 24 }, (_, index) => (index % 2 === 0 ? 900_000 : 1));
    for (const length of lengths) {
      const args = [{ type: "text", value: "x".repeat(length) }];
      const stmt = { sql: "INSERT INTO lengths (b) VALUES (length(?))", args };
      socket.post({ type: "execute", stream_id: 1, stmt });
    }
    for (const _ of lengths) await socket.receive();
    await socket.close();
    const order = values(await run(busy, "SELECT b FROM lengths ORDER BY a")).flat();
    expect(order).toEqual(lengths.map(String));
  });

  it("have their own run in their order", async () => {
    const sent = backlog(10);
    const socket = await TestSocket.open(busy);
    await socket.openStream(1);
    for (let b = 0; b < 20; b += 1) {
      const stmt = { sql: "INSERT INTO t (b) VALUES (?)", args: [{ type: "float", value: b }] };
      socket.post({ type: "execute", stream_id: 1, stmt });
    }
    for (let b = 0; b < 20; b += 1) await socket.receive();
    await sent.all;
    await socket.close();
    const order = values(await run(busy, "SELECT b FROM t ORDER BY a")).flat();
    expect(order).toEqual(Array.from({ length: 20 }, (_, b) => b));
  });

  it("lose no stream whose next request waits for its turn", async () => {
    const sockets = await Promise.all(Array.from({ length: 5 }, () => TestSocket.open(busy)));
    for (const socket of sockets) await socket.openStream(1);
    const stream = new TestStream(busy);
    await stream.send("BEGIN IMMEDIATE", "DELETE FROM t");
    // Each is too short to be taken for one that holds the process up, on a busy machine too; and
    // over few connections they are there at once.
    const request = {
      type: "execute",
      stream_id: 1,
      stmt: { sql: work.replace("60000", "30000") },
    };
    const each = Array.from({ length: 120 }, () => request);
    for (const socket of sockets) for (const message of each) socket.post(message);
    const committed = stream.send("COMMIT", { type: "close" });
    for (const socket of sockets) for (const _ of each) await socket.receive();
    expect(await committed).toMatchObject([{ affected_row_count: 0 }, {}]);
    expect(values(await run(busy, "SELECT count(*) FROM t"))).toEqual([["0"]]);
    for (const socket of sockets) await socket.close();
  });

  it("have nothing run by a token that was invalidated while it waited", async () => {
    const renewed = await server.createDatabase();
    await run(renewed, "CREATE TABLE t (a)");
    const sent = Array.from({ length: 60 }, async () => await run(renewed, work));
    const insert = pipeline(renewed, [execute("INSERT INTO t VALUES (1)"), { type: "close" }]);
    await Promise.any(sent);
    await server.must("POST", `/databases/${renewed.name}/auth/rotate`);
    expect(await insert).toMatchObject({ status: 400, body: { code: "STREAM_EXPIRED" } });
    await Promise.all(sent);
    const token = await server.mint(renewed.name);
    expect(values(await run({ ...renewed, token }, "SELECT count(*) FROM t"))).toEqual([["0"]]);
  });

  it("give what waits behind a statement that runs long to another process", async () => {
    await run(busy, "DELETE FROM t");
    const insert = `INSERT INTO t (b) ${work}`;
    const sent = backlog(20, insert);
    const long = run(other, work.replace("60000", "3000000"));
    const rest = backlog(20, insert);
    const answers = await Promise.all([sent.all, rest.all]);
    for (const answer of answers.flat()) expect(answer).toMatchObject({ affected_row_count: 1 });
    expect(values(await run(busy, "SELECT count(*) FROM t"))).toEqual([["40"]]);
    expect((await long).rows).toHaveLength(1);
  });
});
