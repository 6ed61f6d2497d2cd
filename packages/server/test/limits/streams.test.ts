import { beforeAll, expect, it, vi } from "vitest";
import { execute, pipeline, processOf, run, send } from "../support/hrana.ts";
import { TestServer, useServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

const limits = { databaseStreams: 3, streams: 5 };
const server = useServer({ engineProcesses: 2, limits });
beforeAll(async () => {
  // Until both processes serve, one of them stands in for the other.
  const processes = new Set<string | undefined>();
  const anyDatabase = async () => {
    const database = await server.createDatabase();
    processes.add(processOf((await pipeline(database, [execute("SELECT 1")])).body.baton));
    await server.must("DELETE", `/databases/${database.name}`);
    return processes.size === 2;
  };
  await vi.waitUntil(anyDatabase, { timeout: 30_000 });
});

const refused = { code: "STREAMS_TOO_MANY" };

it("a database has as many open streams as it may, over HTTP and WebSocket together", async () => {
  const database = await server.createDatabase();
  const open = () => pipeline(database, [execute("BEGIN")]);
  const { body } = await open();
  await open();
  const client = await TestSocket.open(database);
  await client.openStream(1);

  const late = await open();
  expect(late).toMatchObject({ status: 429, body: refused });
  expect(late.headers.get("retry-after")).toBe("1");
  expect(await client.ask({ type: "open_stream", stream_id: 2 })).toMatchObject(refused);
  const cursor = { batch: { steps: [{ stmt: { sql: "SELECT 1" } }] } };
  const answer = await send(database, "/v3/cursor", cursor, database.token);
  expect(answer).toMatchObject({ status: 429, body: refused });
  // What is over with its request needs no place, and what is open goes on.
  expect((await run(database, "SELECT 1")).rows).toHaveLength(1);
  const { baton } = body;
  const next = await pipeline(database, [execute("COMMIT"), { type: "close" }], { baton });
  expect(next.body.results).toMatchObject([{ type: "ok" }, { type: "ok" }]);

  expect((await open()).status).toBe(200);
  await client.ask({ type: "close_stream", stream_id: 1 });
  expect((await open()).status).toBe(200);
  await client.close();
  await server.must("DELETE", `/databases/${database.name}`);
});

it("a database has as many as it may in several processes together", async () => {
  const database = await server.createDatabase();
  const open = () => pipeline(database, [execute("SELECT 1")]);
  const close = (baton: string) => pipeline(database, [{ type: "close" }], { baton });
  const first = await open();
  await open();
  // While it runs, another process has the database.
  const read = run(
    database,
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 6000000) SELECT count(*) FROM c",
  );
  await expect.poll(async () => (await run(database, "SELECT 2")).rows).toHaveLength(1);
  const third = await open();
  expect(third.status).toBe(200);
  expect(processOf(third.body.baton)).not.toBe(processOf(first.body.baton));
  expect(await open()).toMatchObject({ status: 429, body: refused });
  await read;

  expect(await open()).toMatchObject({ status: 429, body: refused });
  await close(third.body.baton);
  const fourth = await open();
  expect(fourth.status).toBe(200);
  expect(processOf(fourth.body.baton)).toBe(processOf(first.body.baton));
  expect(await open()).toMatchObject({ status: 429, body: refused });
  await server.must("DELETE", `/databases/${database.name}`);
});

it("a stream that asks for its changes keeps its place", async () => {
  const database = await server.createDatabase();
  await run(database, "CREATE TABLE t (a)");
  await run(database, "INSERT INTO t VALUES (1)");
  const open = async () =>
    await pipeline(database, [execute("SELECT 1"), execute("SELECT changes()")]);
  for (let times = 0; times < 3; times += 1) expect((await open()).status).toBe(200);
  expect(await open()).toMatchObject({ status: 429, body: refused });
  await server.must("DELETE", `/databases/${database.name}`);
});

it("a client that goes away leaves its places to others", async () => {
  const database = await server.createDatabase();
  const client = await TestSocket.open(database);
  for (const id of [1, 2, 3]) await client.openStream(id);
  await client.close();
  await expect.poll(async () => (await pipeline(database, [execute("SELECT 1")])).status).toBe(200);
  await server.must("DELETE", `/databases/${database.name}`);
});

it("the server has as many open streams as it may, wherever its databases live", async () => {
  const databases = await Promise.all(Array.from({ length: 8 }, () => server.createDatabase()));
  const batons = new Map<(typeof databases)[number], string>();
  for (const database of databases.slice(0, 5)) {
    const { status, body } = await pipeline(database, [execute("BEGIN")]);
    expect(status).toBe(200);
    batons.set(database, body.baton);
  }
  for (const database of databases) {
    const late = await pipeline(database, [execute("BEGIN")]);
    expect(late).toMatchObject({ status: 429, body: refused });
    expect((await run(database, "SELECT 1")).rows).toHaveLength(1);
  }
  for (const [database, baton] of batons) await pipeline(database, [{ type: "close" }], { baton });
  for (const database of databases.slice(3)) {
    expect((await pipeline(database, [execute("BEGIN")])).status).toBe(200);
  }
});

it("a stream that idles for too long leaves its place, also in a process that has nothing else to do", async () => {
  const patience = { streamIdle: 500 };
  const small = await TestServer.start({ limits: { databaseStreams: 1 }, patience });
  const database = await small.createDatabase();
  const read = run(
    database,
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 3000000) SELECT count(*) FROM c",
  );
  // Another process stands in for the one that reads, and is not asked again.
  await expect.poll(async () => (await run(database, "SELECT 2")).rows).toHaveLength(1);
  expect((await pipeline(database, [execute("SELECT 1")])).status).toBe(200);
  await read;
  const status = async () => (await pipeline(database, [execute("SELECT 1")])).status;
  await expect.poll(status, { timeout: 5_000, interval: 200 }).toBe(200);
  await small.stop();
});
