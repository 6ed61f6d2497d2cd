import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectTo } from "../support/raw-http.ts";
import { callApi } from "../support/api.ts";
import { HeldRequest } from "../support/held-request.ts";
import { execute, pipeline, run, values } from "../support/hrana.ts";
import { TestServer, type TestDatabase } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

let server: TestServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await TestServer.start({
    limits: { concurrentRequests: 3 },
    patience: { header: 300, keepAlive: 300 },
  });
  database = await server.createDatabase();
});
afterAll(async () => {
  await server.stop();
});

/** Sends bytes; all that comes back until the server closes the connection. */
async function talk(text: string): Promise<string> {
  const socket = connectTo(server.url);
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
  socket.write(text);
  await once(socket, "close");
  return answer;
}

it("more requests than are served at a time are refused, and the server says that it is there", async () => {
  const client = await TestSocket.open(database);
  await client.openStream(1);
  const held = await Promise.all([1, 2, 3].map(() => HeldRequest.begin(database, 1)));

  const refusal = await pipeline(database, [execute("SELECT 1")]);
  expect(refusal).toMatchObject({ status: 429, body: { code: "REQUESTS_TOO_MANY" } });
  expect(refusal.headers.get("retry-after")).toBe("1");
  const api = await server.api("GET", "/databases");
  expect(api).toMatchObject({ status: 429, body: { code: "rate_limited" } });
  expect(api.headers.get("retry-after")).toBe("1");
  expect(await client.execute(1, "SELECT 1")).toMatchObject({ code: "REQUESTS_TOO_MANY" });

  expect((await callApi(server, "GET", "/_local/health")).body).toMatchObject({ status: "ok" });
  expect((await fetch(`${database.url}health`)).status).toBe(200);

  for (const { socket } of held) socket.destroy();
  await expect.poll(async () => (await run(database, "SELECT 1")).rows).toHaveLength(1);
  expect((await server.api("GET", "/databases")).status).toBe(200);
  expect((await client.execute(1, "SELECT 1")).rows).toHaveLength(1);
  await client.close();
});

it("a connection may send 128 requests together, and is cut off with many more", async () => {
  const health = `GET ${new URL(database.url).pathname}health HTTP/1.1\r\nhost: x\r\n\r\n`;
  const answered = async (count: number) =>
    (await talk(health.repeat(count))).split("HTTP/1.1 200 OK").length - 1;
  expect(await answered(128)).toBe(128);
  expect(await answered(5_000)).toBeLessThanOrEqual(128);
  expect((await fetch(`${database.url}health`)).status).toBe(200);
});

it("what is asked of a stream whose opening was refused is told why", async () => {
  const client = await TestSocket.open(database);
  const held = await Promise.all([1, 2, 3].map(() => HeldRequest.begin(database, 1)));
  const refusal = { code: "REQUESTS_TOO_MANY" };
  expect(await client.ask({ type: "open_stream", stream_id: 1 })).toMatchObject(refusal);
  for (const { socket } of held) socket.destroy();
  await expect.poll(async () => (await run(database, "SELECT 1")).rows).toHaveLength(1);
  expect(await client.execute(1, "SELECT 1")).toMatchObject(refusal);
  expect(await client.execute(2, "SELECT 1")).toMatchObject({ code: "STREAM_NOT_FOUND" });
  await client.openStream(1);
  expect((await client.execute(1, "SELECT 1")).rows).toHaveLength(1);
  await client.close();
});

it("what names a cursor or a text that was refused is told why", async () => {
  const client = await TestSocket.open(database);
  await client.openStream(1);
  const held = await Promise.all([1, 2, 3].map(() => HeldRequest.begin(database, 1)));
  const refusal = { code: "REQUESTS_TOO_MANY" };
  const batch = { steps: [{ stmt: { sql: "SELECT 1" } }] };
  const opening = { type: "open_cursor", stream_id: 1, cursor_id: 1, batch };
  const storing = { type: "store_sql", sql_id: 1, sql: "SELECT 1" };
  for (const each of [opening, storing]) expect(await client.ask(each)).toMatchObject(refusal);
  for (const { socket } of held) socket.destroy();
  await expect.poll(async () => (await run(database, "SELECT 1")).rows).toHaveLength(1);

  const fetching = { type: "fetch_cursor", cursor_id: 1, max_count: 10 };
  const running = { type: "execute", stream_id: 1, stmt: { sql_id: 1 } };
  for (const each of [fetching, running]) expect(await client.ask(each)).toMatchObject(refusal);
  for (const each of [storing, running, opening, fetching]) {
    expect(await client.ask(each)).toMatchObject({ type: each.type });
  }
  await client.close();
});

it("a pipeline whose client has left takes its place until it is over", async () => {
  const long =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3000000) SELECT max(x) FROM c";
  const leaving = Array.from({ length: 3 }, async () => {
    const signal = AbortSignal.timeout(100);
    const body = JSON.stringify({ requests: [execute(long)] });
    const headers = { authorization: `Bearer ${database.token}` };
    await fetch(`${database.url}v3/pipeline`, { method: "POST", headers, body, signal });
  });
  const left = await Promise.allSettled(leaving);
  expect(left.map(({ status }) => status)).toContain("rejected");
  expect(await run(database, "SELECT 1")).toMatchObject({ status: 429 });
  const answered = async () => (await run(database, "SELECT 1")).rows?.length;
  await expect.poll(answered, { timeout: 20_000 }).toBe(1);
});

it("a pipeline that is ended at the limit of its time gives its place back", async () => {
  const few = await TestServer.start({ limits: { concurrentRequests: 2 }, statementTimeout: 300 });
  const shop = await few.createDatabase();
  const endless =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
  for (let round = 0; round < 3; round += 1) {
    expect(await run(shop, endless)).toMatchObject({ code: "STATEMENT_TIMEOUT" });
  }
  await expect.poll(async () => (await run(shop, "SELECT 1")).rows).toHaveLength(1);
  await few.stop();
});

it("bodies that there is no room for are refused, and there is room again when the others are over", async () => {
  const small = await TestServer.start({ limits: { bufferedBytes: 12_800 } });
  const shop = await small.createDatabase();
  const { hostname, port, pathname } = new URL(shop.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST ${pathname}v3/pipeline HTTP/1.1\r\nhost: x\r\ncontent-length: 9000\r\n` +
      `authorization: Bearer ${shop.token}\r\n\r\n${" ".repeat(8_000)}`,
  );
  const fill = `SELECT 1 -- ${"x".repeat(5_000)}`;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await run(shop, fill)).toMatchObject({ status: 429, code: "REQUESTS_TOO_LARGE" });
  expect((await run(shop, "SELECT 1")).rows).toHaveLength(1);
  socket.destroy();
  await expect.poll(async () => (await run(shop, fill)).rows).toHaveLength(1);
  await small.stop();
});

it("messages over WebSocket that there is no room for are refused, and the next ones are not", async () => {
  const small = await TestServer.start({ limits: { bufferedBytes: 12_800 } });
  const shop = await small.createDatabase();
  const client = await TestSocket.open(shop);
  await client.openStream(1);
  // Of messages that come together, the first has room.
  const ids = [1, 2, 3].map((id) =>
    client.post({
      type: "execute",
      stream_id: 1,
      stmt: { sql: `SELECT ${id} -- ${"x".repeat(6_000)}` },
    }),
  );
  const answers = [];
  for (const _ of ids) answers.push(await client.receive());
  const refused = answers.filter(({ type }) => type === "response_error");
  expect(new Set(answers.map(({ request_id }) => request_id))).toEqual(new Set(ids));
  for (const { error } of refused) expect(error).toMatchObject({ code: "REQUESTS_TOO_LARGE" });
  expect(refused.length).toBeGreaterThan(0);
  expect(values(await client.execute(1, "SELECT 4"))).toEqual([["4"]]);
  await client.close();
  await expect
    .poll(async () => (await run(shop, `SELECT 1 -- ${"x".repeat(9_000)}`)).rows)
    .toEqual([[{ type: "integer", value: "1" }]]);
  await small.stop();
});

describe("a connection", () => {
  it("that does not finish the header of a request is told so and closed", async () => {
    const answer = await talk("GET / HTTP/1.1\r\nhost: slow\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"REQUEST_TIMEOUT"');
  });

  it("that is not used again is closed", async () => {
    const answer = await talk("GET /_local/health HTTP/1.1\r\nhost: idle\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).not.toMatch(/connection: close/i);
  });

  it.each([
    ["no HTTP", "hello\r\n\r\n", 400, "INVALID_HTTP"],
    ["endless headers", `GET / HTTP/1.1\r\nx: ${"x".repeat(20_000)}`, 431, "HEADER_TOO_LARGE"],
  ])("with %s is told so and closed", async (_what, text, status, code) => {
    const answer = await talk(text);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain(`"code":"${code}"`);
  });
});

it("who is refused and keeps sending takes no place", async () => {
  const few = await TestServer.start({ limits: { concurrentRequests: 4 } });
  const shop = await few.createDatabase();
  const { hostname, port, pathname } = new URL(shop.url);
  const strangers = Array.from({ length: 8 }, () => {
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST ${pathname}v3/pipeline HTTP/1.1\r\nhost: x\r\ncontent-length: 90000\r\n` +
        `authorization: Bearer nobody\r\n\r\n`,
    );
    return socket;
  });
  const answers = await Promise.all(strangers.map((socket) => once(socket, "data")));
  for (const answer of answers) expect(String(answer)).toMatch(/^HTTP\/1\.1 (401|429) /);
  expect((await run(shop, "SELECT 1")).rows).toHaveLength(1);
  for (const socket of strangers) socket.destroy();
  await few.stop();
});
