import { once } from "node:events";
import type { Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { execute, pipeline, run, values } from "../support/hrana.ts";
import { engineProcesses, memoryOf } from "../support/processes.ts";
import { connectTo, postAsText } from "../support/raw-http.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

/** An answer of so many million characters, more than the system buffers. */
const large = (millions: number) => `SELECT hex(zeroblob(${millions * 500_000}))`;
const noRoom = { status: 503, code: "ANSWERS_TOO_LARGE" };

let server: TestServer;
let greedy: TestDatabase;
let other: TestDatabase;
beforeAll(async () => {
  // One database may take 30 MB.
  server = await TestServer.start({ limits: { bufferedBytes: 40_000_000 } });
  other = await server.createDatabase();
});
beforeEach(async () => {
  greedy = await server.createDatabase();
});
afterAll(async () => {
  await server.stop();
});

let sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
});

/** Sends requests over a connection of their own, whose answers nobody reads. */
function send(path: string, body: unknown, times = 1): Socket {
  const socket = connectTo(greedy.url);
  socket.write(postAsText(greedy, path, body).repeat(times));
  sockets.push(socket);
  return socket;
}

/** Asks for an answer of ten million characters until there is no room for it. */
async function expectCrowded(): Promise<void> {
  await expect
    .poll(async () => await run(greedy, large(10)), { timeout: 10_000 })
    .toMatchObject(noRoom);
}

describe("over HTTP, answers that are not read leave no room for others", () => {
  it.each([
    ["of pipelines", "v3/pipeline", { requests: [execute(large(10))] }],
    ["of cursors", "v3/cursor", { batch: { steps: [{ stmt: { sql: large(10) } }] } }],
  ])("%s", async (_what, path, body) => {
    for (let count = 0; count < 5; count += 1) send(path, body);
    await expectCrowded();
    const refusal = await pipeline(greedy, [execute(large(10))]);
    expect(refusal.headers.get("retry-after")).toBe("1");
    // Short ones are told, and others have room.
    expect(values(await run(greedy, "SELECT 1"))).toEqual([["1"]]);
    expect((await run(other, large(8))).rows).toHaveLength(1);
    for (const socket of sockets) socket.destroy();
    await expect.poll(async () => (await run(greedy, large(10))).rows).toHaveLength(1);
  });

  it("of requests that follow each other on one connection", async () => {
    const socket = send("v3/pipeline", { requests: [execute(large(10))] }, 8);
    await expectCrowded();
    let text = "";
    socket.setEncoding("latin1");
    const statuses = () => [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status);
    for await (const chunk of socket) {
      text += String(chunk).replaceAll(/0{100,}/g, "");
      if (statuses().length === 8 && text.endsWith("}")) break;
    }
    expect(new Set(statuses())).toEqual(new Set(["200", "503"]));
    expect(text).toContain('"code":"ANSWERS_TOO_LARGE"');
  });
});

describe("over WebSocket", () => {
  /** A client that has asked for long answers and reads nothing. */
  async function silentClient(answers: number): Promise<TestSocket> {
    const client = await TestSocket.open(greedy);
    await client.openStream(1);
    client.socket.pause();
    const stmt = { sql: large(10) };
    for (let count = 0; count < answers; count += 1) {
      client.post({ type: "execute", stream_id: 1, stmt });
    }
    return client;
  }

  it("an answer that there is no room for is an error, and the connection goes on", async () => {
    const clients = await Promise.all([1, 2, 3, 4].map(async () => await silentClient(1)));
    await expectCrowded();
    const outcomes = [];
    for (const client of clients) client.socket.resume();
    for (const client of clients) {
      const { type, error } = await client.receive();
      outcomes.push(type === "response_ok" ? "ok" : error.code);
    }
    expect(new Set(outcomes)).toEqual(new Set(["ok", "ANSWERS_TOO_LARGE"]));
    for (const client of clients) {
      expect((await client.execute(1, large(10))).rows).toHaveLength(1);
      await client.close();
    }
  });

  it("who asks for many long answers together, and reads them late, gets all", async () => {
    const client = await silentClient(8);
    // As long as it reads none, the others of its database have room.
    for (let count = 0; count < 3; count += 1) {
      expect((await run(greedy, large(10))).rows).toHaveLength(1);
    }
    client.socket.resume();
    for (let count = 0; count < 8; count += 1) {
      expect(await client.receive()).toMatchObject({ type: "response_ok" });
    }
    await client.close();
  });

  it("a client that has left gives the room back that its answers took", async () => {
    const clients = await Promise.all([1, 2, 3].map(async () => await silentClient(2)));
    await expectCrowded();
    for (const client of clients) client.socket.terminate();
    await expect.poll(async () => (await run(greedy, large(10))).rows).toHaveLength(1);
  });

  it("requests that came together wait until the answers before them are read", async () => {
    await run(greedy, "CREATE TABLE t (a)");
    const client = await TestSocket.open(greedy);
    await client.openStream(1);
    const sql = "INSERT INTO t VALUES (1) RETURNING hex(zeroblob(30000))";
    await client.ask({ type: "store_sql", sql_id: 1, sql });
    client.socket.pause();
    const stmt = { sql_id: 1 };
    for (let count = 0; count < 700; count += 1)
      client.post({ type: "execute", stream_id: 1, stmt });
    const count = async () => Number(values(await run(greedy, "SELECT count(*) FROM t"))[0]?.[0]);
    let before = 0;
    let now = await count();
    for (; now === 0 || now > before; now = await count()) before = now;
    expect(now).toBeLessThan(450);
    client.socket.resume();
    for (let id = 0; id < 700; id += 1)
      expect(await client.receive()).toMatchObject({ type: "response_ok" });
    expect(await count()).toBe(700);
    await client.close();
  });

  it("a client that does not read what its pings are answered with is not read", async () => {
    const client = await TestSocket.open(greedy);
    client.socket.pause();
    const data = "x".repeat(125);
    for (let count = 0; count < 200_000; count += 1) client.socket.ping(data);
    let before = Infinity;
    const hasStopped = () => {
      const isSame = client.socket.bufferedAmount === before;
      before = client.socket.bufferedAmount;
      return isSame;
    };
    await expect.poll(hasStopped, { interval: 200 }).toBe(true);
    expect(before).toBeGreaterThan(0);
    client.socket.resume();
    await client.openStream(1);
    await client.close();
  });
});

it.runIf(process.platform === "linux")(
  "an engine process begins nothing more while the gateway has not taken its replies",
  async () => {
    await run(greedy, "SELECT 1");
    const memory = () => Math.max(...engineProcesses(process.pid).map(memoryOf));
    const before = memory();
    const socket = send("v3/pipeline", { requests: [execute(large(2))] }, 125);
    let most = before;
    let length = 0;
    for await (const chunk of socket) {
      const step = Math.floor(length / 1e7);
      length += Buffer.byteLength(chunk);
      if (Math.floor(length / 1e7) > step) most = Math.max(most, memory());
      if (length > 30_000_000) break;
    }
    expect(most - before).toBeLessThan(120_000_000);
  },
);

it("a client that takes longer than two pings to read an answer is not taken for one that has left", async () => {
  const pinged = await TestServer.start({ patience: { socketPing: 100 } });
  const client = await TestSocket.open(await pinged.createDatabase());
  await client.openStream(1);
  client.post({ type: "execute", stream_id: 1, stmt: { sql: large(20) } });
  const connection = Reflect.get(client.socket, "_socket");
  // Longer than a ping.
  for (let length = 0; length < 1_000; [{ length }] = await once(connection, "data"));
  client.socket.pause();
  await new Promise((resolve) => setTimeout(resolve, 500));
  client.socket.resume();
  expect((await client.receive()).response.result.rows).toHaveLength(1);
  await client.close();
  await pinged.stop();
});
