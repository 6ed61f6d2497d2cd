import { once } from "node:events";
import type { Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { hasRead } from "../support/has-read.ts";
import { execute, pipeline, run, values } from "../support/hrana.ts";
import { connectTo, postAsText } from "../support/raw-http.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

const limits = { concurrentRequests: 20, databaseStreams: 4 };
const slow =
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000000) SELECT max(x) FROM c";
const endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c";

let server: TestServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await TestServer.start({ limits, patience: { streamIdle: 500 } });
  database = await server.createDatabase();
  await run(database, "CREATE TABLE t (a)");
});
afterAll(async () => {
  await server.stop();
});

async function connection({ url } = server): Promise<Socket> {
  const socket = connectTo(url);
  await once(socket, "connect");
  return socket;
}

/** Every place among the requests, and among the streams, is free again. */
async function expectAllPlaces(): Promise<void> {
  const opened = async () => {
    const answers = await Promise.all(
      Array.from({ length: limits.databaseStreams }, () =>
        pipeline(database, [execute("SELECT 1")]),
      ),
    );
    const batons = answers.flatMap(({ body }) => (body.baton ? [body.baton] : []));
    await Promise.all(batons.map((baton) => pipeline(database, [{ type: "close" }], { baton })));
    return batons.length;
  };
  await expect.poll(opened, { timeout: 20_000 }).toBe(limits.databaseStreams);
}

describe("a client that leaves", () => {
  it("gives back the places of requests that waited behind others on its connection", async () => {
    const socket = await connection();
    const long = "GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(60);
    socket.write(long + postAsText(database, "v2/pipeline", { requests: [] }).repeat(25));
    // As many as there may be wait, for answers that nobody reads.
    await once(socket, "readable");
    await expect.poll(() => run(database, "SELECT 1")).toMatchObject({ status: 429 });
    socket.destroy();
    await expectAllPlaces();
  });

  it("closes its cursor, also where that waits behind another request", async () => {
    for (let round = 0; round <= limits.databaseStreams; round += 1) {
      const socket = await connection();
      const first = { requests: [execute(slow), { type: "close" }] };
      const cursor = { batch: { steps: [{ stmt: { sql: endless } }] } };
      socket.write(
        postAsText(database, "v3/pipeline", first) + postAsText(database, "v3/cursor", cursor),
      );
      await hasRead(server);
      socket.destroy();
    }
    await expectAllPlaces();
  });

  it("has no cursor run that waited for its stream", async () => {
    const reading = await connection();
    const batch = { steps: [{ stmt: { sql: endless } }] };
    reading.setEncoding("utf8").write(postAsText(database, "v3/cursor", { batch }));
    let begun = "";
    await vi.waitUntil(() => (begun += reading.read() ?? "").includes("baton"));
    const [, baton = ""] = /"baton":"([^"]+)"/.exec(begun) ?? [];

    const leaving = await connection();
    const steps = [{ stmt: { sql: "INSERT INTO t VALUES (1)" } }];
    leaving.write(postAsText(database, "v3/cursor", { baton, batch: { steps } }));
    await hasRead(server);
    leaving.destroy();
    await hasRead(server);
    reading.destroy();

    // The stream is free now, and runs what comes next.
    const { body } = await pipeline(database, [execute("SELECT a FROM t")], { baton });
    expect(values(body.results[0].response.result)).toEqual([]);
    await pipeline(database, [{ type: "close" }], { baton: body.baton });
  });

  it("has nothing begun that waited for a lock", async () => {
    const shop = await server.createDatabase();
    await run(shop, "CREATE TABLE t (a)");
    const insert = { sql: "INSERT INTO t VALUES (1)" };
    const { baton } = (await pipeline(shop, [execute("SELECT 1")])).body;
    const holder = (await pipeline(shop, [execute("BEGIN IMMEDIATE")])).body;
    const requests = [{ type: "execute", stmt: insert }];
    const waiting = await Promise.all(Array.from({ length: 3 }, async () => await connection()));
    waiting[0]?.write(postAsText(shop, "v3/pipeline", { requests }));
    waiting[1]?.write(postAsText(shop, "v3/pipeline", { baton, requests }));
    waiting[2]?.write(postAsText(shop, "v1/execute", { stmt: insert }));
    await hasRead(server);
    for (const socket of waiting) socket.destroy();
    await hasRead(server);
    await pipeline(shop, [execute("ROLLBACK"), { type: "close" }], holder);

    expect(await run(shop, "INSERT INTO t VALUES (2)")).toMatchObject({ affected_row_count: 1 });
    // The stream is as it was.
    const { body } = await pipeline(shop, [execute("SELECT a FROM t"), { type: "close" }], {
      baton,
    });
    expect(values(body.results[0].response.result)).toEqual([["2"]]);
  });

  const some = slow.replace("1000000", "60000");
  it.each([
    ["its turn behind others", Array<string>(60).fill(some)],
    ["a statement of its database that runs long", [slow.replace("1000000", "3000000")]],
  ])("has nothing run that waited for %s", async (_, statements) => {
    const large = await TestServer.start();
    const shop = await large.createDatabase();
    await run(shop, "CREATE TABLE t (a)");
    await run(shop, "CREATE TABLE other (a)");
    /** Whether the clients left while there was something to wait for. */
    const leaveInTime = async () => {
      await run(shop, "DELETE FROM t");
      const client = await TestSocket.open(shop);
      await client.openStream(1);
      const leaving = await connection(large);
      let answered = 0;
      // They write, so that their database waits for them.
      const before = statements.map(async (sql) => {
        expect(await run(shop, `INSERT INTO other ${sql}`)).toMatchObject({
          affected_row_count: 1,
        });
        answered += 1;
      });
      await new Promise((resolve) => setTimeout(resolve, 120));
      const stmt = { sql: "INSERT INTO t VALUES (1)" };
      const requests = [{ type: "execute", stmt }, { type: "close" }];
      leaving.write(postAsText(shop, "v3/pipeline", { requests }).repeat(2));
      client.post({ type: "execute", stream_id: 1, stmt });
      await hasRead(large);
      leaving.destroy();
      client.socket.terminate();
      await hasRead(large);
      const isInTime = answered < statements.length;
      await Promise.all(before);
      return isInTime;
    };

    // On a busy machine, all may be over before.
    while (!(await leaveInTime()));
    expect(values(await run(shop, "SELECT a FROM t"))).toEqual([]);
    await large.stop();
  });

  it("takes no place for messages whose token is still being looked into", async () => {
    const small = await TestServer.start({ limits: { concurrentRequests: 2 } });
    const shop = await small.createDatabase();
    const clients = await Promise.all(Array.from({ length: 8 }, () => TestSocket.open(shop)));
    // A token that is not good any more is verified anew for each message.
    await small.must("POST", `/databases/${shop.name}/auth/rotate`);
    const renewed = { ...shop, token: await small.mint(shop.name) };
    for (const client of clients) {
      for (let id = 0; id < 40; id += 1) client.post({ type: "open_stream", stream_id: id });
      client.socket.terminate();
      await client.closed;
    }
    await expect.poll(async () => (await run(renewed, "SELECT 1")).rows).toHaveLength(1);
    await small.stop();
  });

  it.each([
    ["places", { concurrentRequests: 4 }, "", 4, "REQUESTS_TOO_MANY"],
    ["bytes", { bufferedBytes: 10_000 }, ` -- ${"x".repeat(6_000)}`, 1, "REQUESTS_TOO_LARGE"],
  ])("over WebSocket gives back the %s of what waits", async (_, few, fill, count, code) => {
    const small = await TestServer.start({ limits: few });
    const shop = await small.createDatabase();
    await run(shop, "CREATE TABLE t (a)");
    const client = await TestSocket.open(shop);
    await client.openStream(1);
    await pipeline(shop, [execute("BEGIN IMMEDIATE")]);
    const stmt = { sql: `INSERT INTO t VALUES (1)${fill}` };
    for (let id = 0; id < count; id += 1) client.post({ type: "execute", stream_id: 1, stmt });
    const read = async () => await run(shop, `SELECT 1${fill}`);
    await expect.poll(read).toMatchObject({ status: 429, code });
    client.socket.terminate();
    await expect.poll(async () => (await read()).rows).toHaveLength(1);
    await small.stop();
  });

  it("closes a stream that waits to be closed", async () => {
    for (let round = 0; round <= limits.databaseStreams; round += 1) {
      const client = await TestSocket.open(database);
      await client.openStream(1);
      const { body } = await pipeline(database, [execute("BEGIN IMMEDIATE")]);
      client.post({ type: "execute", stream_id: 1, stmt: { sql: "INSERT INTO t VALUES (1)" } });
      client.post({ type: "close_stream", stream_id: 1 });
      // Both have come by the time that this has been answered.
      await client.ask({ type: "open_stream", stream_id: 2 }).catch(() => {});
      client.socket.terminate();
      await client.closed;
      await pipeline(database, [execute("ROLLBACK"), { type: "close" }], { baton: body.baton });
    }
    await expectAllPlaces();
  });
});
