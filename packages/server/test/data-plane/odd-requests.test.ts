import { once } from "node:events";
import { connect } from "node:net";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { connectTo, exchange, postAsText } from "../support/raw-http.ts";
import { useDatabase, useServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

const server = useServer();
const database = useDatabase(server);
let path: string;
beforeAll(async () => {
  path = new URL(database.url).pathname;
});

const key = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==";
const upgrade = ["connection: upgrade", "upgrade: websocket"];

describe("what no request should look like is refused in words, too", () => {
  it.each([
    ["no host", ["GET /v1/locations HTTP/1.1"], 400, "HOST_MISSING"],
    ["CONNECT", ["CONNECT a.example:443 HTTP/1.1", "host: a.example"], 400, "INVALID_HTTP"],
    [
      "something else that is expected",
      ["GET /v1/locations HTTP/1.1", "host: localhost", "expect: wonders"],
      417,
      "EXPECTATION_UNKNOWN",
    ],
    [
      "a handshake without a key",
      ["GET DATABASE HTTP/1.1", "host: localhost", ...upgrade, "sec-websocket-version: 13"],
      400,
      "HANDSHAKE_INVALID",
    ],
    [
      "a handshake of another version",
      ["GET DATABASE HTTP/1.1", "host: localhost", ...upgrade, key, "sec-websocket-version: 12"],
      426,
      "HANDSHAKE_INVALID",
    ],
    [
      "a handshake that is posted",
      ["POST DATABASE HTTP/1.1", "host: localhost", ...upgrade, key, "sec-websocket-version: 13"],
      405,
      "METHOD_NOT_ALLOWED",
    ],
  ])("%s", async (_, lines, status, code) => {
    const filled = lines.map((line) => line.replace("DATABASE", path));
    const [answer, ...others] = await exchange(server.url, [...filled, "", ""]);
    expect(others).toEqual([]);
    expect(answer?.status).toBe(status);
    expect(JSON.parse(answer?.body ?? "")).toEqual({
      error: expect.any(String),
      message: expect.any(String),
      code,
    });
  });

  it("the reference site, asked for by a method that it has not", async () => {
    const answer = await fetch(`${server.url}/openapi.json`, { method: "POST", body: "x" });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("GET, HEAD");
    expect(await answer.json()).toMatchObject({ code: "method_not_allowed" });
  });
});

describe("a question for another protocol", () => {
  it.each([
    ["HTTP/1.1", "connection: Upgrade, close"],
    ["HTTP/1.0", "connection: Upgrade, HTTP2-Settings"],
  ])("does not keep a connection of %s that is to be closed", async (version, connection) => {
    const request = postAsText(database, "v3/pipeline", { requests: [] }, [
      connection,
      "upgrade: h2c",
      "http2-settings: AAMAAABkAAQAAP__",
    ]);
    const answers = await exchange(server.url, [request.replace("HTTP/1.1", version)]);
    expect(answers.map(({ status }) => status)).toEqual([200]);
  });

  it("means nothing in HTTP/1.0", async () => {
    const lines = [
      `GET ${path}health HTTP/1.0`,
      ...upgrade,
      key,
      "sec-websocket-version: 13",
      "",
      "",
    ];
    const [answer] = await exchange(server.url, lines);
    expect(answer?.status).toBe(200);
  });
});

it.each([
  ["no JSON", "{", 1007],
  ["no message", '{"type":"hello","jwt":5}', 1008],
  ["another one", '{"type":"request","request_id":1,"request":{}}', 1008],
])("a first message that is %s closes its connection and says why", async (_, text, code) => {
  const client = await TestSocket.connect(database.url);
  client.send(text);
  expect(await client.closed).toMatchObject({ code, reason: expect.stringMatching(/\w+/) });
});

it("an object where text belongs is refused, however deep it is", async () => {
  const depth = 20_000;
  const name = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  const answer = await fetch(`${server.url}/v1/organizations/${server.organization}/databases`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.token}` },
    body: `{"name":${name}}`,
  });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({
    error: "name must be a string, not an object",
    code: "invalid_input",
  });
});

it("a connection is kept where little of a refused request is still to come", async () => {
  const stranger = { url: database.url, token: "nobody" };
  const refused = postAsText(stranger, "v3/pipeline", { requests: [] });
  const served = postAsText(database, "v3/pipeline", { requests: [] });
  const answers = await exchange(server.url, [`${refused}${refused}${served}`]);
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 200]);
});

it("a body that is refused unread costs its client neither the answer nor an error", async () => {
  const { hostname, port, host, pathname } = new URL(database.url);
  const socket = connect(Number(port), hostname);
  const errors: unknown[] = [];
  let received = "";
  socket.on("error", (error) => errors.push(error));
  socket.setEncoding("utf8").on("data", (text: string) => (received += text));
  socket.write(
    `POST ${pathname}v3/pipeline HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${database.token}\r\n` +
      `content-length: ${2 ** 40}\r\n\r\n`,
  );
  const sending = setInterval(() => socket.write("x".repeat(100_000)), 1);
  await vi.waitUntil(() => received.includes("BODY_TOO_LARGE"), { timeout: 5_000 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  clearInterval(sending);
  socket.end();
  await once(socket, "close");
  expect(errors).toEqual([]);
  expect(received).toMatch(/^HTTP\/1\.1 413 [^]*connection: close\r\n/i);
});

it("nonsense behind a request whose answer has begun does not come into that answer", async () => {
  const slow =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 3000000) SELECT max(x) FROM c";
  const steps = ["SELECT 'begun'", slow].map((sql) => ({ stmt: { sql } }));
  const socket = connectTo(server.url);
  let received = "";
  socket.setEncoding("utf8").on("data", (text: string) => (received += text));
  socket.write(postAsText(database, "v3/cursor", { batch: { steps } }));
  await vi.waitUntil(() => received.includes("begun"), { timeout: 20_000 });
  socket.write("nonsense\r\n\r\n");
  await once(socket, "close");
  expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200"]);
});
