import { createClient } from "@libsql/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, values } from "../support/hrana.ts";
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
    for (let id = 0; id < 256; id++) await client.openStream(id);
    const over = await client.ask({ type: "open_stream", stream_id: 256 });
    expect(over.code).toBe("STREAMS_TOO_MANY");
    await client.close();
  });

  it("that could not be opened say why to all that is asked of them, until they are closed", async () => {
    const client = await TestSocket.open(database);
    for (let id = 0; id < 256; id++) await client.openStream(id);
    const refusal = await client.ask({ type: "open_stream", stream_id: 256 });
    expect(await client.execute(256, "SELECT 1")).toEqual(refusal);
    const batch = { steps: [{ stmt: { sql: "SELECT 1" } }] };
    const cursor = { type: "open_cursor", stream_id: 256, cursor_id: 1, batch };
    expect(await client.ask(cursor)).toEqual(refusal);
    await client.ask({ type: "close_stream", stream_id: 256 });
    expect(await client.execute(256, "SELECT 1")).toMatchObject({ code: "STREAM_NOT_FOUND" });

    await client.ask({ type: "open_stream", stream_id: 256 });
    await client.ask({ type: "close_stream", stream_id: 0 });
    await client.openStream(256);
    expect(values(await client.execute(256, "SELECT 1"))).toEqual([["1"]]);
    await client.close();
  });

  it("are told to users of the client that has too many", async () => {
    const client = createClient({
      url: database.url.replace(/^http/, "ws"),
      authToken: database.token,
    });
    const transactions = await Promise.all(
      Array.from({ length: 256 }, () => client.transaction("deferred")),
    );
    await expect(client.execute("SELECT 1")).rejects.toMatchObject({ code: "STREAMS_TOO_MANY" });
    for (const transaction of transactions) transaction.close();
    expect((await client.execute("SELECT 1")).rows).toHaveLength(1);
    client.close();
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

  it("are none where they were refused, and take nothing from the one that is open", async () => {
    const client = await TestSocket.open(database);
    await client.openStream(1);
    const numbers = "SELECT value FROM generate_series(1, 500)";
    await client.ask(open(numbers));
    const second = { ...open(numbers), cursor_id: 2 };
    expect(await client.ask(second)).toMatchObject({ code: "CURSOR_OPEN" });
    const fetchSecond = { type: "fetch_cursor", cursor_id: 2, max_count: 100 };
    expect(await client.ask(fetchSecond)).toMatchObject({ code: "CURSOR_NOT_FOUND" });
    const closeSecond = { type: "close_cursor", cursor_id: 2 };
    expect(await client.ask(closeSecond)).toEqual({ type: "close_cursor" });
    const { entries } = await client.ask(fetchEntries(1_000));
    expect(entries.filter((entry: { type: string }) => entry.type === "row")).toHaveLength(500);
    await client.ask({ type: "close_cursor", cursor_id: 1 });
    expect(await client.ask(second)).toEqual({ type: "open_cursor" });
    await client.close();
  });

  it("leave their number to others when their stream is closed", async () => {
    const client = await TestSocket.open(database);
    for (let round = 0; round < 2; round += 1) {
      await client.openStream(1);
      expect(await client.ask(open("SELECT 1"))).toEqual({ type: "open_cursor" });
      await client.ask({ type: "close_stream", stream_id: 1 });
    }
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
  ])("closes the connection: %s", async (_, text, code) => {
    const client = await TestSocket.open(database);
    client.send(text);
    expect(await client.closed).toMatchObject({ code, reason: expect.stringMatching(/./) });
  });

  it("closes the connection: a request before hello, and a frame of the wrong kind", async () => {
    const early = await TestSocket.connect(database.url);
    early.post(one);
    expect(await early.closed).toEqual({ code: 1008, reason: "The first message has to be hello" });
    const long = await TestSocket.connect(database.url);
    long.send({ type: "hello", jwt: "x".repeat(16_384) });
    const reason = "The first message has to be hello, of 16384 bytes at most";
    expect(await long.closed).toEqual({ code: 1008, reason });
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
