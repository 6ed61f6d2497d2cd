import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, values } from "../support/hrana.ts";
import { engineProcesses } from "../support/processes.ts";
import { batch, requests } from "../support/right-requests.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";
import { broken } from "../support/spoiled.ts";
import { TestSocket } from "../support/web-socket.ts";

let server: TestServer;
let database: TestDatabase;
let processes: number[];
beforeAll(async () => {
  server = await TestServer.start();
  database = await server.createDatabase();
  await run(database, "SELECT 1");
  processes = engineProcesses(process.pid);
});
afterAll(async () => {
  await server.stop();
});

/** The server goes on, with the engine processes that it had. */
async function expectServing(): Promise<void> {
  expect(values(await run(database, "SELECT 1"))).toEqual([["1"]]);
  expect(engineProcesses(process.pid)).toEqual(expect.arrayContaining(processes));
}

it("nobody is listened to for long who has not said hello", async () => {
  const client = await TestSocket.connect(database.url);
  client.send("x".repeat(1024 * 1024));
  expect(await client.closed).toMatchObject({ code: 1006 });
  await expectServing();
});

describe("whatever comes over WebSocket", () => {
  const opening = {
    type: "request",
    request_id: 1,
    request: { type: "open_stream", stream_id: 1 },
  };
  const messages = [
    ...requests.slice(0, 7).map((request) => ({ ...request, stream_id: 1 })),
    { type: "open_cursor", stream_id: 1, cursor_id: 1, batch },
    { type: "fetch_cursor", cursor_id: 1, max_count: 10 },
    { type: "close_cursor", cursor_id: 1 },
    { type: "close_stream", stream_id: 1 },
  ].map((request) => JSON.stringify({ type: "request", request_id: 2, request }));

  it.each(["hrana1", "hrana2", "hrana3"])(
    "is answered, or closes the connection: %s",
    async (subprotocol) => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...messages).chain(broken), async (bytes) => {
          const client = await TestSocket.open(database, [subprotocol]);
          client.send(opening);
          await client.receive();
          client.send(bytes.toString());
          client.send({
            type: "request",
            request_id: 3,
            request: { type: "close_stream", stream_id: 1 },
          });
          // Closed by the server over what is no message, else by the client.
          const outcome = await Promise.race([client.closed, answerTo(client, 3)]);
          await client.close();
          expect([1007, 1008, "answered"]).toContain(outcome.code);
        }),
        { numRuns: 40 },
      );
      await expectServing();
    },
  );

  it("is a frame, or closes the connection", async () => {
    const { hostname, port, pathname } = new URL(database.url);
    const handshake = [
      `GET ${pathname} HTTP/1.1`,
      `Host: ${hostname}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
      "Sec-WebSocket-Protocol: hrana3",
      "",
      "",
    ].join("\r\n");
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), async (bytes) => {
        const socket = connect(Number(port), hostname);
        socket.on("error", () => {});
        socket.write(handshake);
        await once(socket, "data");
        socket.end(bytes);
        socket.resume();
        await once(socket, "close");
      }),
      { numRuns: 40 },
    );
    await expectServing();
  });
});

/** Resolves when a request was answered; never where the connection ends before. */
async function answerTo(client: TestSocket, id: number): Promise<{ code: "answered" }> {
  try {
    while ((await client.receive()).request_id !== id);
    return { code: "answered" };
  } catch {
    return await new Promise<never>(() => {});
  }
}
