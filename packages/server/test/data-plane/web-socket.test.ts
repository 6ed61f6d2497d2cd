import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, values } from "../support/hrana.ts";
import { engineProcesses, killHard } from "../support/processes.ts";
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
    expect(await client.execute(1, "COMMIT")).toMatchObject({ code: "STREAM_EXPIRED" });
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
    await server.createDatabase(doomed.name);
    expect(await client.execute(1, "SELECT 1")).toMatchObject({ code: "AUTH_JWT_INVALID" });
    await client.close();
  });
});

describe("streams", () => {
  it("of one connection do not see each other's transactions", async () => {
    await run(database, "CREATE TABLE isolated (a)");
    const client = await TestSocket.open(database);
    await client.openStream(1);
    await client.openStream(-2);
    await client.execute(1, "BEGIN");
    await client.execute(1, "INSERT INTO isolated VALUES (1)");
    const count = "SELECT count(*) FROM isolated";
    expect(values(await client.execute(-2, count))).toEqual([["0"]]);
    await client.execute(1, "COMMIT");
    expect(values(await client.execute(-2, count))).toEqual([["1"]]);
    await client.close();
  });

  it("run what they are sent in its order, while others go on", async () => {
    await run(database, "CREATE TABLE ordered (a INTEGER PRIMARY KEY)");
    const client = await TestSocket.open(database);
    await client.openStream(1);
    await client.openStream(2);
    await client.execute(1, "BEGIN IMMEDIATE");
    // These wait for the lock, one after another.
    for (let value = 1; value <= 20; value++) {
      const stmt = { sql: `INSERT INTO ordered VALUES (${value})` };
      client.post({ type: "execute", stream_id: 2, stmt });
    }
    const committed = client.post({ type: "execute", stream_id: 1, stmt: { sql: "COMMIT" } });
    const answers: number[] = [];
    const rowids: string[] = [];
    for (let index = 0; index < 21; index++) {
      const answer = await client.receive();
      answers.push(answer.request_id);
      if (answer.request_id !== committed) rowids.push(answer.response.result.last_insert_rowid);
    }
    expect(answers[0]).toBe(committed);
    expect(rowids.map(Number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    await client.close();
  });

  it("undo their transaction when they are closed, and when the client is gone", async () => {
    await run(database, "CREATE TABLE undone (a)");
    const client = await TestSocket.open(database);
    for (const stream of [1, 2]) {
      await client.openStream(stream);
      await client.execute(stream, "BEGIN IMMEDIATE");
      await client.execute(stream, "INSERT INTO undone VALUES (1)");
      if (stream === 1) await client.ask({ type: "close_stream", stream_id: 1 });
    }
    client.socket.terminate();
    // The lock is free.
    expect(await run(database, "INSERT INTO undone VALUES (2)")).toMatchObject({
      affected_row_count: 1,
    });
    expect(values(await run(database, "SELECT a FROM undone"))).toEqual([["2"]]);
  });

  it("can be opened anew under the same number, but not twice, nor without end", async () => {
    const client = await TestSocket.open(database);
    await client.openStream(1);
    const again = await client.ask({ type: "open_stream", stream_id: 1 });
    expect(again.code).toBe("STREAM_EXISTS");
    await client.ask({ type: "close_stream", stream_id: 1 });
    expect(await client.execute(1, "SELECT 1")).toMatchObject({ code: "STREAM_NOT_FOUND" });
    for (let id = 0; id < 128; id++) await client.openStream(id);
    const over = await client.ask({ type: "open_stream", stream_id: 128 });
    expect(over.code).toBe("STREAMS_TOO_MANY");
    await client.close();
  });

  it("see what another stream does to the schema", async () => {
    await run(database, "CREATE TABLE reshaped (a)");
    const client = await TestSocket.open(database);
    await client.openStream(1);
    await client.openStream(2);
    const columns = async (stream: number) =>
      (await client.execute(stream, "SELECT * FROM reshaped")).cols.map(
        (column: { name: string }) => column.name,
      );
    expect(await columns(1)).toEqual(["a"]);
    await client.execute(2, "BEGIN");
    await client.execute(2, "ALTER TABLE reshaped ADD COLUMN b");
    expect(await columns(1)).toEqual(["a"]);
    expect(await columns(2)).toEqual(["a", "b"]);
    await client.execute(2, "ROLLBACK");
    expect(await columns(2)).toEqual(["a"]);
    await client.execute(2, "ALTER TABLE reshaped ADD COLUMN c");
    expect(await columns(1)).toEqual(["a", "c"]);
    await client.close();
  });
});

describe("stored texts", () => {
  it("belong to the connection, and are looked up when a request arrives", async () => {
    const client = await TestSocket.open(database);
    await client.openStream(1);
    await client.openStream(2);
    await client.ask({ type: "store_sql", sql_id: 3, sql: "SELECT 3" });
    const stored = await client.ask({ type: "execute", stream_id: 2, stmt: { sql_id: 3 } });
    expect(values(stored.result)).toEqual([["3"]]);
    const twice = await client.ask({ type: "store_sql", sql_id: 3, sql: "SELECT 4" });
    expect(twice.code).toBe("SQL_ALREADY_STORED");
    await client.ask({ type: "close_sql", sql_id: 3 });
    const gone = await client.ask({ type: "execute", stream_id: 1, stmt: { sql_id: 3 } });
    expect(gone.code).toBe("SQL_NOT_STORED");
    await client.close();
  });
});

describe("cursors", () => {
  const open = (sql: string, cursor = 1) => ({
    type: "open_cursor",
    stream_id: 1,
    cursor_id: cursor,
    batch: { steps: [{ stmt: { sql } }] },
  });
  const fetchEntries = (count: number, cursor = 1) => ({
    type: "fetch_cursor",
    cursor_id: cursor,
    max_count: count,
  });

  it("give out as many entries as are asked for, and then are done", async () => {
    const client = await TestSocket.open(database);
    await client.openStream(1);
    await client.ask(open("SELECT value FROM generate_series(1, 1000)"));
    const first = await client.ask(fetchEntries(3));
    expect(first).toMatchObject({
      entries: [{ type: "step_begin", step: 0 }, { type: "row" }, { type: "row" }],
      done: false,
    });
    let rows = 2;
    for (let done = false; !done;) {
      const part = await client.ask(fetchEntries(300));
      rows += part.entries.filter((entry: { type: string }) => entry.type === "row").length;
      expect(part.entries.length).toBeLessThanOrEqual(300);
      ({ done } = part);
    }
    expect(rows).toBe(1_000);
    expect(await client.ask(fetchEntries(5))).toMatchObject({ entries: [], done: true });
    await client.close();
  });

  it("keep their stream until they are closed, wherever they stand", async () => {
    const client = await TestSocket.open(database);
    await client.openStream(1);
    const endless =
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c";
    await client.ask(open(endless));
    expect((await client.ask(fetchEntries(10))).entries).toHaveLength(10);
    expect(await client.execute(1, "SELECT 1")).toMatchObject({ code: "CURSOR_OPEN" });
    expect(await client.ask(open("SELECT 1"))).toMatchObject({ code: "CURSOR_EXISTS" });
    expect(await client.ask({ type: "close_cursor", cursor_id: 1 })).toEqual({
      type: "close_cursor",
    });
    expect(await client.ask(fetchEntries(1))).toMatchObject({ code: "CURSOR_NOT_FOUND" });
    expect(values(await client.execute(1, "SELECT 1"))).toEqual([["1"]]);
    await client.close();
  });

  it("run what returns no rows, whether anybody fetches it or not", async () => {
    await run(database, "CREATE TABLE unfetched (a)");
    const client = await TestSocket.open(database);
    await client.openStream(1);
    await client.ask(open("INSERT INTO unfetched VALUES (1)"));
    await client.ask({ type: "close_cursor", cursor_id: 1 });
    expect(values(await client.execute(1, "SELECT count(*) FROM unfetched"))).toEqual([["1"]]);
    await client.close();
  });

  it("are younger than version 2", async () => {
    const client = await TestSocket.open(database, ["hrana2"]);
    await client.openStream(1);
    expect(await client.ask(open("SELECT 1"))).toMatchObject({ code: "INVALID_REQUEST" });
    await client.close();
  });
});

describe("what is no Hrana", () => {
  it.each([
    ["no JSON", "{", 1007],
    ["an array", "[]", 1008],
    ["an unknown message", '{"type":"dance"}', 1008],
    ["a request without a number", '{"type":"request","request":{}}', 1008],
    ["a hello in disguise", String.raw`{"type":"\u0068ello","jwt":"x"}`, 1008],
  ])("closes the connection: %s", async (_, text, code) => {
    const client = await TestSocket.open(database);
    client.send(text);
    expect(await client.closed).toMatchObject({ code, reason: expect.stringMatching(/./) });
  });

  it("closes the connection: a request before hello, and a frame of the wrong kind", async () => {
    const early = await TestSocket.connect(database.url);
    early.post(one);
    expect(await early.closed).toMatchObject({ code: 1008 });
    const binary = await TestSocket.open(database);
    binary.socket.send(Buffer.from("{}"), { binary: true });
    expect(await binary.closed).toMatchObject({ code: 1003 });
    const text = await TestSocket.connect(database.url, ["hrana3-protobuf"]);
    text.send("{}");
    expect(await text.closed).toMatchObject({ code: 1003 });
  });

  it.each([
    ["an unknown request", { type: "dance" }],
    ["a request without a stream", { type: "execute", stmt: { sql: "SELECT 1" } }],
    ["a stream number that is none", { ...one, stream_id: "1" }],
    ["a value that is none", { ...one, stmt: { sql: "SELECT ?", args: [1] } }],
    ["no object at all", 5],
  ])("is answered with an error where the request has a number: %s", async (_, wrong) => {
    const client = await TestSocket.open(database);
    await client.openStream(1);
    expect(await client.ask(wrong)).toMatchObject({ code: "INVALID_REQUEST" });
    expect(values(await client.execute(1, "SELECT 1"))).toEqual([["1"]]);
    await client.close();
  });

  it("leaves the server as it was", async () => {
    expect(values(await run(database, "SELECT 1"))).toEqual([["1"]]);
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
