import { once } from "node:events";
import { connect } from "node:net";
import { beforeEach, describe, expect, it } from "vitest";
import { hasRead } from "../support/has-read.ts";
import { execute, pipeline, run, send, values } from "../support/hrana.ts";
import { postAsText } from "../support/raw-http.ts";
import { type TestDatabase, TestServer, useServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

const server = useServer({ statementTimeout: 30_000 });
let database: TestDatabase;
beforeEach(async () => {
  database = await server.createDatabase();
  await run(database, "CREATE TABLE t (a)");
});

/** Takes a good while. */
const slow =
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 4000000) SELECT count(*) FROM c";
const manyRows = "SELECT value, hex(zeroblob(500)) FROM generate_series(1, 30000)";
const insert = "INSERT INTO t VALUES ('by the old token')";

async function invalidate(): Promise<TestDatabase> {
  await server.must("POST", `/databases/${database.name}/auth/rotate`);
  return { ...database, token: await server.mint(database.name) };
}

/** What is in the table, once nothing of the old token can still be at work. */
async function stored(renewed: TestDatabase): Promise<unknown[]> {
  await run(renewed, "INSERT INTO t VALUES ('by the new token')");
  return values(await run(renewed, "SELECT a FROM t")).flat();
}

/** A request whose answer is read as far as its first part. */
async function begun(path: string, init: RequestInit, { url } = database) {
  const answer = await fetch(new URL(path, url), {
    headers: { authorization: `Bearer ${database.token}` },
    ...init,
  });
  const reader = answer.body?.getReader();
  await reader?.read();
  const rest = async () => {
    let text = "";
    for (;;) {
      const { done = true, value } = (await reader?.read()) ?? {};
      if (done) return text;
      text += new TextDecoder().decode(value);
    }
  };
  return { rest };
}

describe("what is at work when the tokens of its database are invalidated", () => {
  it.each([
    ["a pipeline", [execute(slow), execute(insert), { type: "close" }]],
    ["a pipeline of a lasting stream", [execute(slow), execute(insert)]],
    ["a transaction", ["BEGIN", insert, slow, insert, "COMMIT"].map((sql) => execute(sql))],
    ["a sequence", [{ type: "sequence", sql: `${slow}; ${insert}` }]],
    [
      "a batch",
      [{ type: "batch", batch: { steps: [{ stmt: { sql: slow } }, { stmt: { sql: insert } }] } }],
    ],
  ])("ends before its next statement: %s", async (_what, requests) => {
    const answer = pipeline(database, requests);
    await hasRead(server);
    const renewed = await invalidate();
    expect(await answer).toMatchObject({ status: 400, body: { code: "STREAM_EXPIRED" } });
    expect(await stored(renewed)).toEqual(["by the new token"]);
  });

  it("ends between two rows of a statement that has many", async () => {
    const stmt = { sql: "SELECT value FROM generate_series(1, 20000000)", want_rows: false };
    const answer = pipeline(database, [{ type: "execute", stmt }, { type: "close" }]);
    await hasRead(server);
    await invalidate();
    expect(await answer).toMatchObject({ status: 400, body: { code: "STREAM_EXPIRED" } });
  });

  it("ends over WebSocket, too", async () => {
    const socket = await TestSocket.open(database);
    await socket.openStream(1);
    const steps = [{ stmt: { sql: slow } }, { stmt: { sql: insert } }];
    const answer = socket.ask({ type: "batch", stream_id: 1, batch: { steps } });
    await hasRead(server);
    const renewed = await invalidate();
    expect(await answer).toMatchObject({ code: "STREAM_EXPIRED" });
    expect(await stored(renewed)).toEqual(["by the new token"]);
    await socket.close();
  });

  it("gives back the write lock, though nobody reads its rows", async () => {
    const steps = ["BEGIN IMMEDIATE", insert, manyRows, insert, "COMMIT"].map((sql) => ({
      stmt: { sql },
    }));
    const body = JSON.stringify({ batch: { steps } });
    const { rest } = await begun("v3/cursor", { method: "POST", body });
    expect(await stored(await invalidate())).toEqual(["by the new token"]);
    const [last = ""] = (await rest()).trim().split("\n").slice(-1);
    expect(JSON.parse(last)).toMatchObject({ type: "error", error: { code: "STREAM_EXPIRED" } });
  });

  it("breaks off a dump", async () => {
    await run(database, `CREATE TABLE big AS ${manyRows}`);
    const { rest } = await begun("dump", {});
    await invalidate();
    await expect(rest()).rejects.toThrow("terminated");
  });

  it("goes on in what the new tokens have begun since", async () => {
    const answer = send(database, "/v1/execute", { stmt: { sql: slow } }, database.token);
    await hasRead(server);
    const renewed = await invalidate();
    const opened = pipeline(renewed, [execute("BEGIN"), execute("INSERT INTO t VALUES ('new')")]);
    await answer;
    const { baton } = (await opened).body;
    const end = await pipeline(renewed, [execute("COMMIT"), { type: "close" }], { baton });
    expect(end.body.results[0].type).toBe("ok");
    expect(await stored(renewed)).toEqual(["new", "by the new token"]);
  });
});

describe("what waits when the tokens of its database are invalidated is not run", () => {
  /** Takes longer than all that happens meanwhile. */
  const slower = slow.replace("4000000", "12000000");
  const slowWrite = `INSERT INTO t SELECT 'slow' FROM (${slower})`;
  /** By then, the statement holds its process up. */
  const later = async () => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    await hasRead(server);
  };

  it("behind a statement, over HTTP", async () => {
    const first = run(database, slowWrite);
    await later();
    const waiting = pipeline(database, [execute(insert), { type: "close" }]);
    await later();
    const renewed = await invalidate();
    expect(await waiting).toMatchObject({ status: 400, body: { code: "STREAM_EXPIRED" } });
    await first;
    expect(await stored(renewed)).not.toContain("by the old token");
  });

  it("behind a statement, over WebSocket", async () => {
    const socket = await TestSocket.open(database);
    const first = run(database, slowWrite);
    await later();
    socket.post({ type: "open_stream", stream_id: 1 });
    socket.post({ type: "execute", stream_id: 1, stmt: { sql: insert } });
    await later();
    const renewed = await invalidate();
    expect([await socket.receive(), await socket.receive()]).toMatchObject([
      { type: "response_error", request_id: 1 },
      { type: "response_error", request_id: 2 },
    ]);
    await first;
    expect(await stored(renewed)).not.toContain("by the old token");
    await socket.close();
  });

  it("for a lock, in a process that another database holds up", async () => {
    const impatient = await TestServer.start({ patience: { transaction: 300 } });
    const [own, other] = [await impatient.createDatabase(), await impatient.createDatabase()];
    await run(own, "CREATE TABLE t (a)");
    await pipeline(own, [execute("BEGIN IMMEDIATE")]);
    const waiting = [1, 2, 3].map(() => pipeline(own, [execute(insert), { type: "close" }]));
    const reading = run(other, slower);
    await later();
    await impatient.must("POST", `/databases/${own.name}/auth/rotate`);
    for (const answer of await Promise.all(waiting)) expect(answer.status).toBe(400);
    await reading;
    const token = await impatient.mint(own.name);
    expect(values(await run({ ...own, token }, "SELECT a FROM t"))).toEqual([]);
    await impatient.stop();
  });

  it("for its body", async () => {
    const { hostname, port } = new URL(database.url);
    const requests = [execute(insert), { type: "close" }];
    const request = postAsText(database, "v3/pipeline", { requests }, ["connection: close"]);
    const [header = "", body = ""] = request.split(/(?<=\r\n\r\n)/);
    const socket = connect(Number(port), hostname);
    socket.write(header);
    let received = "";
    socket.setEncoding("utf8").on("data", (text: string) => (received += text));
    // It has been read when a later request is answered.
    await run(database, "SELECT 1");
    const renewed = await invalidate();
    socket.write(body);
    await once(socket, "close");
    expect(received).toMatch(/^HTTP\/1\.1 401 /);
    expect(await stored(renewed)).toEqual(["by the new token"]);
  });
});

it("breaks off what is read through a replica that is destroyed, and nothing else", async () => {
  const { instance } = await server.must("POST", `/databases/${database.name}/instances`, {
    location: "ord",
  });
  const replica = { ...database, url: `http://${instance.hostname}` };
  await run(database, `CREATE TABLE big AS ${manyRows}`);
  const body = JSON.stringify({ batch: { steps: [{ stmt: { sql: "SELECT * FROM big" } }] } });
  const cursor = await begun("v3/cursor", { method: "POST", body }, replica);
  const dump = await begun("dump", {}, replica);
  const other = await begun("v3/cursor", { method: "POST", body });
  await server.must("DELETE", `/databases/${database.name}/instances/${instance.name}`);
  await expect(cursor.rest()).rejects.toThrow("terminated");
  await expect(dump.rest()).rejects.toThrow("terminated");
  expect(await other.rest()).toContain('"step_end"');
});

it("breaks off what is read from a database that is destroyed", async () => {
  await run(database, `CREATE TABLE big AS ${manyRows}`);
  const body = JSON.stringify({ batch: { steps: [{ stmt: { sql: "SELECT * FROM big" } }] } });
  const cursor = await begun("v3/cursor", { method: "POST", body });
  const dump = await begun("dump", {});
  await server.must("DELETE", `/databases/${database.name}`);
  await expect(dump.rest()).rejects.toThrow("terminated");
  expect(await cursor.rest()).toContain("STREAM_EXPIRED");
});
