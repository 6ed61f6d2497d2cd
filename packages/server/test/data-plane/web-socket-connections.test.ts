import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, values } from "../support/hrana.ts";
import { engineProcesses, killHard } from "../support/processes.ts";
import { exchange, postAsText } from "../support/raw-http.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

let server: TestServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await TestServer.start();
  database = await server.createDatabase();
});
afterAll(async () => {
  await server.stop();
});

const one = { type: "execute", stream_id: 1, stmt: { sql: "SELECT 1" } };

describe("the handshake", () => {
  it.each([
    [["hrana3"], "hrana3"],
    [["hrana2"], "hrana2"],
    [["hrana1"], "hrana1"],
    [["hrana3-protobuf", "hrana3"], "hrana3-protobuf"],
    [["hrana9", "hrana2", "hrana3"], "hrana2"],
    [[], ""],
  ])("offered %j, agrees on %j", async (offered, agreed) => {
    const client = await TestSocket.connect(database.url, offered);
    expect(client.socket.protocol).toBe(agreed);
    await client.close();
  });

  it("is refused where no subprotocol is known, the path is wrong, or there is no database", async () => {
    for (const [url, subprotocol] of [
      [database.url, "soap"],
      [`${database.url}v3`, "hrana3"],
      [`${server.url}/`, "hrana3"],
    ] as const) {
      await expect(TestSocket.connect(url, [subprotocol])).rejects.toThrow(
        /Unexpected server resp/,
      );
    }
  });

  it("of another protocol is ignored, and the request served", async () => {
    const body = JSON.stringify({ requests: [{ type: "execute", stmt: { sql: "SELECT 1" } }] });
    const headers = {
      authorization: `Bearer ${database.token}`,
      connection: "Upgrade, HTTP2-Settings",
      upgrade: "h2c",
      "http2-settings": "AAMAAABkAAQCAAAAAAIAAAAA",
      "content-length": Buffer.byteLength(body),
    };
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let round = 0; round < 3; round++) {
      const sent = request(`${database.url}v2/pipeline`, { method: "POST", headers, agent });
      // The body follows the head, as it may.
      sent.flushHeaders();
      setTimeout(() => sent.end(body), 20 * round);
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      expect(response.statusCode).toBe(200);
      let text = "";
      for await (const part of response) text += String(part);
      expect(JSON.parse(text).results).toMatchObject([{ type: "ok" }]);
    }
    agent.destroy();
  });
});

it("a request that asks for another protocol behind one that is still at work is served after it", async () => {
  const slow =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 500000) SELECT max(x) FROM c";
  const requestOf = (sql: string, ...headers: string[]) => {
    const requests = [{ type: "execute", stmt: { sql } }, { type: "close" }];
    return postAsText(database, "v2/pipeline", { requests }, headers);
  };
  const answers = await exchange(server.url, [
    requestOf(slow) + requestOf("SELECT 'second'", "connection: upgrade", "upgrade: h2c"),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(answers[0]?.body).toContain("500000");
  expect(answers[1]?.body).toContain("second");
});

describe("hello", () => {
  it("is answered, and requests need not wait for that", async () => {
    const client = await TestSocket.connect(database.url);
    client.send({ type: "hello", jwt: database.token });
    client.post({ type: "open_stream", stream_id: 1 });
    client.post(one);
    expect(await client.receive()).toEqual({ type: "hello_ok" });
    expect(await client.receive()).toMatchObject({ type: "response_ok", request_id: 1 });
    const answer = await client.receive();
    expect(values(answer.response.result)).toEqual([["1"]]);
    await client.close();
  });

  it.each([
    ["no token", null, "AUTH_TOKEN_MISSING"],
    ["no JWT", "x", "AUTH_JWT_INVALID"],
  ])("with %s is refused, and nothing after it is run", async (_, jwt, code) => {
    const client = await TestSocket.connect(database.url);
    client.send({ type: "hello", jwt });
    client.post({ type: "open_stream", stream_id: 1 });
    expect(await client.receive()).toMatchObject({ type: "hello_error", error: { code } });
    expect(await client.closed).toMatchObject({ code: 1008 });
    await expect(client.receive()).rejects.toThrow("closed");
  });

  it("that is refused later ends the connection, and nothing after it is run", async () => {
    const own = await server.createDatabase();
    await run(own, "CREATE TABLE t (a)");
    const client = await TestSocket.open(own);
    await client.openStream(1);
    // At once: its connection is closed in the next moment.
    client.socket.once("message", () => {
      client.post({ type: "execute", stream_id: 1, stmt: { sql: "INSERT INTO t VALUES (1)" } });
    });
    client.send({ type: "hello", jwt: "x" });
    expect(await client.receive()).toMatchObject({ type: "hello_error" });
    expect(await client.closed).toMatchObject({ code: 1008 });
    expect(values(await run(own, "SELECT * FROM t"))).toEqual([]);
  });

  it("with the token of another database is refused", async () => {
    const { token } = await server.createDatabase();
    const client = await TestSocket.connect(database.url);
    client.send({ type: "hello", jwt: token });
    expect(await client.receive()).toMatchObject({ error: { code: "AUTH_JWT_INVALID" } });
    await client.closed;
  });

  it("at a name that leads nowhere is refused", async () => {
    const client = await TestSocket.connect(`${server.url}/no-such/`);
    client.send({ type: "hello", jwt: database.token });
    expect(await client.receive()).toMatchObject({ error: { code: "DATABASE_NOT_FOUND" } });
    await client.closed;
  });

  it("may bring another token later on, from version 2 on", async () => {
    await run(database, "CREATE TABLE IF NOT EXISTS renewed (a)");
    const client = await TestSocket.open(database);
    await client.openStream(1);
    client.send({
      type: "hello",
      jwt: await server.mint(database.name, "?authorization=read-only"),
    });
    expect(await client.receive()).toEqual({ type: "hello_ok" });
    const insert = "INSERT INTO renewed VALUES (1)";
    expect(await client.execute(1, insert)).toMatchObject({ code: "SQLITE_READONLY" });
    client.send({ type: "hello", jwt: database.token });
    expect(await client.receive()).toEqual({ type: "hello_ok" });
    expect(await client.execute(1, insert)).toMatchObject({ affected_row_count: 1 });

    client.send(String.raw`{"type":"h\u0065llo","jwt":"${database.token}"}`);
    expect(await client.receive()).toEqual({ type: "hello_ok" });
    await client.close();

    const old = await TestSocket.open(database, ["hrana1"]);
    old.send({ type: "hello", jwt: database.token });
    expect(await old.closed).toMatchObject({ code: 1008 });
  });
});

describe("the token of an open connection", () => {
  it("is looked at with each request: invalidation refuses the next one", async () => {
    const doomed = await server.createDatabase();
    const client = await TestSocket.open(doomed);
    await client.openStream(1);
    await client.execute(1, "BEGIN IMMEDIATE");
    await client.execute(1, "CREATE TABLE t (a)");
    await server.must("POST", `/databases/${doomed.name}/auth/rotate`);
    expect(await client.execute(1, "COMMIT")).toMatchObject({ code: "AUTH_JWT_INVALID" });

    const token = await server.mint(doomed.name);
    client.send({ type: "hello", jwt: token });
    expect(await client.receive()).toEqual({ type: "hello_ok" });
    expect(await client.execute(1, "COMMIT")).toMatchObject({
      code: "STREAM_EXPIRED",
      message: expect.stringMatching(/^The stream has expired: the tokens of its database /),
    });
    const tables = await run({ ...doomed, token }, "SELECT count(*) FROM sqlite_schema");
    expect(values(tables)).toEqual([["0"]]);
    await client.close();
  });

  it("expires", async () => {
    const token = await server.mint(database.name, "?expiration=1s");
    const client = await TestSocket.open({ ...database, token });
    await client.openStream(1);
    await expect
      .poll(async () => (await client.execute(1, "SELECT 1")).code, { timeout: 10_000 })
      .toBe("AUTH_JWT_EXPIRED");
    await client.close();
  });

  it("is worth nothing once the database is destroyed, also where a new one has its name", async () => {
    const doomed = await server.createDatabase();
    const client = await TestSocket.open(doomed);
    await client.openStream(1);
    await client.execute(1, "SELECT 1");
    await server.must("DELETE", `/databases/${doomed.name}`);
    expect(await client.execute(1, "SELECT 1")).toMatchObject({ code: "DATABASE_NOT_FOUND" });
    const { token } = await server.createDatabase(doomed.name);
    expect(await client.execute(1, "SELECT 1")).toMatchObject({ code: "AUTH_JWT_INVALID" });
    client.send({ type: "hello", jwt: token });
    expect(await client.receive()).toEqual({ type: "hello_ok" });
    const open = await client.ask({ type: "open_stream", stream_id: 2 });
    expect(open).toMatchObject({ code: "DATABASE_NOT_FOUND" });
    await client.close();
  });
});

it("a message over the limit closes the connection", async () => {
  const small = await TestServer.start({ limits: { requestBytes: 1_000 } });
  try {
    const client = await TestSocket.open(await small.createDatabase());
    client.post({ ...one, stmt: { sql: `SELECT '${"x".repeat(2_000)}'` } });
    expect(await client.closed).toMatchObject({ code: 1009 });
  } finally {
    await small.stop();
  }
});

it("clients that do not answer, or say no hello, are disconnected", async () => {
  const impatient = await TestServer.start({
    patience: { socketPing: 100 },
  });
  try {
    const target = await impatient.createDatabase();
    const silent = await TestSocket.connect(target.url);
    expect(await silent.closed).toMatchObject({ code: 1008 });
    const deaf = await TestSocket.open(target);
    const alive = await TestSocket.open(target);
    deaf.socket.pause();
    // Stopped in the middle of a transaction, it holds nobody up for long.
    await expect
      .poll(() => alive.ask({ type: "open_stream", stream_id: Math.floor(Math.random() * 1e9) }))
      .toMatchObject({ type: "open_stream" });
    await new Promise((resolve) => setTimeout(resolve, 400));
    deaf.socket.resume();
    expect(await deaf.closed).toMatchObject({ code: 1006 });
    await alive.openStream(-1);
    expect(values(await alive.execute(-1, "SELECT 1"))).toEqual([["1"]]);
    await alive.close();
  } finally {
    await impatient.stop();
  }
});

it("a client has at least as long to say hello as there is between two questions", async () => {
  const patient = await TestServer.start({ patience: { socketPing: 1_000 } });
  try {
    const target = await patient.createDatabase();
    const clients = Array.from({ length: 20 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * 50));
      const client = await TestSocket.connect(target.url);
      await new Promise((resolve) => setTimeout(resolve, 200));
      client.send({ type: "hello", jwt: target.token });
      const answer = await client.receive();
      await client.close();
      return answer.type;
    });
    expect(new Set(await Promise.all(clients))).toEqual(new Set(["hello_ok"]));
  } finally {
    await patient.stop();
  }
});

it("an engine process that ends answers what was under way, and closes its connections", async () => {
  const client = await TestSocket.open(database);
  await client.openStream(1);
  const endless =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c";
  client.post({ type: "execute", stream_id: 1, stmt: { sql: endless } });
  await new Promise((resolve) => setTimeout(resolve, 200));
  killHard(engineProcesses(process.pid));
  expect(await client.receive()).toMatchObject({ error: { code: "ENGINE_RESTARTED" } });
  expect(await client.closed).toMatchObject({ code: 1012 });
  await expect.poll(async () => (await run(database, "SELECT 1")).cols).toBeDefined();
});

it("a statement over its time is told so, and its connection closed", async () => {
  const strict = await TestServer.start({ statementTimeout: 500 });
  try {
    const client = await TestSocket.open(await strict.createDatabase());
    await client.openStream(1);
    const endless =
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c";
    expect(await client.execute(1, endless)).toMatchObject({ code: "STATEMENT_TIMEOUT" });
    expect(await client.closed).toMatchObject({ code: 1012 });
  } finally {
    await strict.stop();
  }
});

it("a server that stops closes its connections", async () => {
  const brief = await TestServer.start();
  const client = await TestSocket.open(await brief.createDatabase());
  await brief.stop();
  expect(await client.closed).toMatchObject({ code: 1001 });
});
