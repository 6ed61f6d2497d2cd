import { once } from "node:events";
import type { Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, pipeline, run, values } from "../support/hrana.ts";
import { engineProcesses, memoryOf } from "../support/processes.ts";
import { connectTo, postAsText } from "../support/raw-http.ts";
import { TestServer, type TestDatabase } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

/** Sends a request and leaves the reading of its answer to the caller: nothing is read until then. */
async function ask(database: TestDatabase, path: string, body: unknown): Promise<Socket> {
  const socket = connectTo(database.url);
  await once(socket, "connect");
  socket.write(postAsText(database, path, body, ["connection: close"]));
  return socket;
}

/** Rows of 20 kB each. */
const wide = (rows: number) =>
  `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT ${rows}) ` +
  "SELECT x, hex(zeroblob(10000)) FROM c";
const cursorOf = (...statements: string[]) => ({
  batch: { steps: statements.map((sql) => ({ stmt: { sql } })) },
});

describe("a client that does not read is cut off", () => {
  let server: TestServer;
  let database: TestDatabase;
  beforeAll(async () => {
    server = await TestServer.start({
      patience: { reader: 300, transaction: 60_000 },
      limits: { concurrentRequests: 1 },
    });
    database = await server.createDatabase();
    await run(database, "CREATE TABLE t (a)");
  });
  afterAll(async () => {
    await server.stop();
  });

  it.each([
    ["a cursor", "v3/cursor", cursorOf(wide(1_500))],
    ["a pipeline", "v3/pipeline", { requests: [execute(wide(1_500))] }],
  ])("in %s", async (_what, path, body) => {
    const socket = await ask(database, path, body);
    await once(socket, "readable");
    // Until then, its request is the one that is served.
    const status = async () => (await run(database, "SELECT 1")).status;
    await expect.poll(status, { timeout: 20_000 }).toBeUndefined();
    // What the system had buffered has arrived, and no end of the answer.
    let answer = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => (answer += chunk));
    await once(socket, "close");
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer.length).toBeLessThan(30_000_000);
  });

  it("on the reference site", async () => {
    const { host } = new URL(server.url);
    const socket = connectTo(server.url);
    // More than the system buffers.
    socket.write(`GET / HTTP/1.1\r\nhost: ${host}\r\n\r\n`.repeat(10));
    await once(socket, "readable");
    const isCutOff = () => {
      socket.write("\r\n");
      return socket.destroyed;
    };
    // Whoever still sends has more time: it is tried less often than that.
    await expect.poll(isCutOff, { timeout: 20_000, interval: 1_000 }).toBe(true);
  });

  it("over WebSocket, and its transaction undone", async () => {
    const client = await TestSocket.open(database);
    await client.openStream(1);
    await client.execute(1, "BEGIN IMMEDIATE");
    await client.execute(1, "INSERT INTO t VALUES (1)");
    client.socket.pause();
    client.post({ type: "execute", stream_id: 1, stmt: { sql: wide(1_500) } });
    const begin = [execute("BEGIN IMMEDIATE"), { type: "close" }];
    const isFree = async () => (await pipeline(database, begin)).body.results?.[0].type;
    await expect.poll(isFree, { timeout: 20_000 }).toBe("ok");
    client.socket.resume();
    expect((await client.closed).code).toBe(1006);
    expect(values(await run(database, "SELECT count(*) FROM t"))).toEqual([["0"]]);
  });
});

it("a client that has read everything may be silent for longer than one that does not read", async () => {
  const server = await TestServer.start({ patience: { reader: 400 } });
  const client = await TestSocket.open(await server.createDatabase());
  await client.openStream(1);
  // More than the system takes at once.
  const stmt = { sql: wide(300) };
  for (let id = 0; id < 3; id += 1) client.post({ type: "execute", stream_id: 1, stmt });
  for (let id = 0; id < 3; id += 1) {
    expect((await client.receive()).response.result.rows).toHaveLength(300);
  }
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect((await client.execute(1, "SELECT 1")).rows).toHaveLength(1);
  await server.stop();
});

describe("a client that does not read", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({
      patience: { transaction: 200 },
      limits: { responseBytes: 40_000_000 },
    });
  });
  afterAll(async () => {
    await server.stop();
  });

  it("does not keep the lock of a transaction, however slow it is", async () => {
    const database = await server.createDatabase();
    await run(database, "CREATE TABLE t (a)");
    const slow = await ask(
      database,
      "v3/cursor",
      cursorOf("BEGIN IMMEDIATE", "INSERT INTO t VALUES ('slow')", wide(5_000)),
    );
    await once(slow, "readable");
    expect(await run(database, "INSERT INTO t VALUES ('other')")).toMatchObject({
      affected_row_count: 1,
    });
    expect(values(await run(database, "SELECT a FROM t"))).toEqual([["other"]]);
    slow.destroy();
  });

  it("does not keep the lock with the rows that an INSERT returns", async () => {
    const database = await server.createDatabase();
    await run(database, "CREATE TABLE t (a, b)");
    const insert = `INSERT INTO t ${wide(1_000)} RETURNING a, b`;
    const slow = await ask(database, "v3/cursor", cursorOf(insert));
    await once(slow, "readable");
    const other = await run(database, "INSERT INTO t VALUES ('other', '')");
    expect(other).toMatchObject({ affected_row_count: 1 });
    slow.destroy();

    const client = await TestSocket.open(database);
    await client.openStream(1);
    await client.ask({
      type: "open_cursor",
      stream_id: 1,
      cursor_id: 1,
      ...cursorOf("DELETE FROM t WHERE a <= 500 RETURNING a"),
    });
    expect(await run(database, "INSERT INTO t VALUES ('more', '')")).toMatchObject({
      affected_row_count: 1,
    });
    await client.close();
    const rest = await run(database, "SELECT count(*) FROM t");
    expect(values(rest)).toEqual([["502"]]);
  });

  it("does not keep the lock with the rows that an INSERT of its transaction returns", async () => {
    const database = await server.createDatabase();
    await run(database, "CREATE TABLE t (a, b)");
    const write = { affected_row_count: 1 };
    const batch = cursorOf(
      "BEGIN IMMEDIATE",
      `INSERT INTO t ${wide(300)} RETURNING a, b`,
      "INSERT INTO t VALUES ('slow', '')",
    );
    const slow = await ask(database, "v3/cursor", batch);
    await once(slow, "readable");
    expect(await run(database, "INSERT INTO t VALUES ('other', '')")).toMatchObject(write);

    const client = await TestSocket.open(database);
    await client.openStream(1);
    await client.ask({ type: "open_cursor", stream_id: 1, cursor_id: 1, ...batch });
    expect(await run(database, "INSERT INTO t VALUES ('more', '')")).toMatchObject(write);
    expect(values(await run(database, "SELECT a FROM t"))).toEqual([["other"], ["more"]]);
    await client.close();
    slow.destroy();
  });

  it("is told where it leaves too much of what a statement returns that has written", async () => {
    const database = await server.createDatabase();
    await run(database, "CREATE TABLE t (a, b)");
    const client = await TestSocket.open(database);
    await client.openStream(1);
    const insert = `INSERT INTO t ${wide(3_000)} RETURNING a, b`;
    const cursor = { type: "open_cursor", stream_id: 1, cursor_id: 1, ...cursorOf(insert) };
    expect(await client.ask(cursor)).toMatchObject({ type: "open_cursor" });
    let last;
    for (let isDone = false; !isDone;) {
      const answer = await client.ask({ type: "fetch_cursor", cursor_id: 1, max_count: 1_000 });
      last = answer.entries.at(-1) ?? last;
      isDone = answer.done;
    }
    expect(last).toMatchObject({ type: "step_error", error: { code: "RESPONSE_TOO_LARGE" } });
    await client.close();
    expect(values(await run(database, "SELECT count(*) FROM t"))).toEqual([["3000"]]);
  });
});

it("what all clients leave unread of what writing statements return is bounded too", async () => {
  const server = await TestServer.start({ limits: { engineBytes: 100_663_296 } });
  const database = await server.createDatabase();
  await run(database, "CREATE TABLE t (a, b)");
  const client = await TestSocket.open(database);
  const batch = cursorOf(`INSERT INTO t ${wide(1_500)} RETURNING a, b`);
  for (const id of [1, 2]) {
    await client.openStream(id);
    await client.ask({ type: "open_cursor", stream_id: id, cursor_id: id, ...batch });
  }
  const read = async (id: number) => {
    for (;;) {
      const fetch = { type: "fetch_cursor", cursor_id: id, max_count: 1_000 };
      const { done, entries } = await client.ask(fetch);
      if (done) return entries.at(-1);
    }
  };
  const error = { code: "RESPONSE_TOO_LARGE" };
  expect(await read(2)).toMatchObject({ type: "step_error", error });
  expect(await read(1)).toMatchObject({ type: "step_end", affected_row_count: 1_500 });
  await client.ask({ type: "close_cursor", cursor_id: 2 });
  await client.ask({ type: "open_cursor", stream_id: 2, cursor_id: 2, ...batch });
  expect(await read(2)).toMatchObject({ type: "step_end", affected_row_count: 1_500 });
  await client.close();
  await server.stop();
});

describe.runIf(process.platform === "linux")("a cursor", () => {
  it("that is not read grows neither the gateway nor the engine process", async () => {
    const server = await TestServer.start();
    try {
      const database = await server.createDatabase();
      await run(database, "SELECT 1");
      const engines = engineProcesses(process.pid);
      const before = engines.map(memoryOf);
      const buffersBefore = process.memoryUsage().arrayBuffers;

      const socket = await ask(database, "v3/cursor", cursorOf(wide(5_000)));
      await once(socket, "readable");
      // The engine has its turns, and would use them.
      for (let turn = 0; turn < 50; turn++) await run(database, "SELECT 1");
      expect(process.memoryUsage().arrayBuffers - buffersBefore).toBeLessThan(30_000_000);

      let received = 0;
      let after = engines.map(memoryOf);
      for await (const chunk of socket) {
        const step = Math.floor(received / 2e7);
        received += chunk.length;
        if (Math.floor(received / 2e7) === step) continue;
        after = engines.map((pid, index) => Math.max(memoryOf(pid), after[index] ?? 0));
      }
      expect(received).toBeGreaterThan(100_000_000);
      const growth = after.map((memory, index) => memory - (before[index] ?? 0));
      expect(Math.max(...growth)).toBeLessThan(80_000_000);
    } finally {
      await server.stop();
    }
  });
});
