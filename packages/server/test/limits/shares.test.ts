import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HeldRequest } from "../support/held-request.ts";
import { run } from "../support/hrana.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

const mebibyte = 1024 ** 2;
let server: TestServer;
let greedy: TestDatabase;
let other: TestDatabase;
beforeAll(async () => {
  server = await TestServer.start({
    limits: { concurrentRequests: 8, bufferedBytes: mebibyte },
    patience: { socketPing: 200 },
  });
  greedy = await server.createDatabase();
  other = await server.createDatabase();
});
afterAll(async () => {
  await server.stop();
});

describe("a database that takes all it may leaves room for the others", () => {
  async function expectOthersServed(): Promise<void> {
    expect((await run(other, "SELECT 1")).rows).toHaveLength(1);
    expect((await server.api("GET", "/databases")).status).toBe(200);
  }

  async function release(held: readonly HeldRequest[]): Promise<void> {
    for (const { socket } of held) socket.destroy();
    await expect.poll(async () => (await run(greedy, "SELECT 1")).rows).toHaveLength(1);
  }

  it("of the requests that are served at a time", async () => {
    const held = await Promise.all(Array.from({ length: 7 }, () => HeldRequest.begin(greedy, 10)));
    expect(held.filter(({ answer }) => answer.includes(" 429 "))).toHaveLength(1);
    const message = expect.stringContaining("The database has 6 requests under way");
    const refusal = { status: 429, code: "REQUESTS_TOO_MANY", message };
    expect(await run(greedy, "SELECT 1")).toMatchObject(refusal);
    await expectOthersServed();
    const client = await TestSocket.open(greedy);
    const opening = { type: "open_stream", stream_id: 1 };
    expect(await client.ask(opening)).toMatchObject({ code: "REQUESTS_TOO_MANY" });
    await client.close();
    await release(held);
  });

  it("of the bytes that are kept of them", async () => {
    const held = await Promise.all(
      Array.from({ length: 3 }, () => HeldRequest.begin(greedy, 390_000)),
    );
    await expect
      .poll(() => held.map(({ answer }) => answer).join(""))
      .toContain("keeps 786432 bytes of the requests of one database");
    await expectOthersServed();
    await release(held);
  });
});

describe("an unfinished message over WebSocket", () => {
  it("counts among what is kept of requests", async () => {
    const client = await TestSocket.open(greedy);
    client.socket.send("x".repeat(mebibyte), { fin: false });
    await client.closed;
    await expect
      .poll(async () => (await run(greedy, `SELECT 1 -- ${"x".repeat(500_000)}`)).rows)
      .toHaveLength(1);
  });

  it("of which nothing more comes ends the connection", async () => {
    const client = await TestSocket.open(greedy);
    client.socket.send("x".repeat(100_000), { fin: false });
    expect(await client.closed).toMatchObject({ code: 1008 });
  });

  it("is not what pings are", async () => {
    const client = await TestSocket.open(greedy);
    const data = "x".repeat(125);
    for (let count = 0; count < 1_000; count += 1) client.socket.ping(data);
    // One that had stalled would be closed before the third.
    for (let count = 0; count < 4; count += 1) await once(client.socket, "ping");
    await client.openStream(1);
    await client.close();
  });

  it("that comes slowly is a message like others", async () => {
    const client = await TestSocket.open(greedy);
    await client.openStream(1);
    const sql = `SELECT 1 -- ${"x".repeat(100_000)}`;
    const message = JSON.stringify({
      type: "request",
      request_id: 7,
      request: { type: "execute", stream_id: 1, stmt: { sql } },
    });
    const length = Math.ceil(message.length / 5);
    for (let part = 0; part < 5; part++) {
      client.socket.send(message.slice(part * length, (part + 1) * length), { fin: part === 4 });
      await once(client.socket, "ping");
    }
    expect(await client.receive()).toMatchObject({ type: "response_ok", request_id: 7 });
    await client.close();
  });
});
