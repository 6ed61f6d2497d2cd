import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, pipeline, run, send, values } from "../support/hrana.ts";
import { timesAnswered } from "../support/meanwhile.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";

const counting = (limit: number) =>
  `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT ${limit}) SELECT count(*) FROM c`;
/** Takes a good while longer than a process may be held up. */
const long = counting(2_000_000);

/** Runs something until `outcome` is there, and tells how often that was done before. */
async function untilOver(outcome: Promise<unknown>, work: (round: number) => Promise<void>) {
  let round = 0;
  return await timesAnswered(outcome, async () => work(round++));
}

describe("a read that takes long", () => {
  let server: TestServer;
  let database: TestDatabase;
  beforeAll(async () => {
    server = await TestServer.start({ engineProcesses: 2, statementTimeout: 20_000 });
    database = await server.createDatabase();
    await run(database, "CREATE TABLE t (a)");
    // The second process starts when there is work for it.
    await Promise.all([run(database, long), run(database, "SELECT 1")]);
  });
  afterAll(async () => {
    await server.stop();
  });

  const stmt = { sql: long };
  it.each([
    ["by itself", "/v3/pipeline", { requests: [{ type: "execute", stmt }, { type: "close" }] }],
    ["on a stream", "/v3/pipeline", { requests: [{ type: "execute", stmt }] }],
    ["by a cursor", "/v3/cursor", { batch: { steps: [{ stmt }] } }],
  ])("keeps neither reads nor writes of its own database waiting: %s", async (_how, path, body) => {
    await run(database, "DELETE FROM t");
    const outcome = send(database, path, body, database.token);
    const times = await untilOver(outcome, async (round) => {
      await run(database, "INSERT INTO t VALUES (?)", [{ type: "integer", value: String(round) }]);
      expect(values(await run(database, "SELECT max(a) FROM t"))).toEqual([[String(round)]]);
    });
    expect(times).toBeGreaterThan(0);
    expect(JSON.stringify((await outcome).body)).toContain("2000000");
  });

  it("shows what became of the database meanwhile, when it is over", async () => {
    const all = "SELECT * FROM u";
    await run(database, "CREATE TABLE u (a)");
    await run(database, "INSERT INTO u VALUES (1)");
    expect(values(await run(database, all))).toEqual([["1"]]);
    const outcome = run(database, long);
    const times = await untilOver(outcome, async (round) => {
      if (round > 0) return void (await run(database, "SELECT 1"));
      await run(database, "ALTER TABLE u ADD COLUMN b");
      await run(database, "UPDATE u SET b = char(120, 0, 121)");
    });
    expect(times).toBeGreaterThan(0);
    expect(values(await run(database, all))).toEqual([["1", "x\0y"]]);
  });

  it("keeps the streams of its process waiting, and loses none of them", async () => {
    const { body } = await pipeline(database, [execute("SELECT 1")]);
    const outcome = run(database, long);
    const next = pipeline(database, [execute("INSERT INTO t VALUES (-1)"), { type: "close" }], {
      baton: body.baton,
    });
    expect((await next).body.results[0].type).toBe("ok");
    await outcome;
    expect(values(await run(database, "SELECT count(*) FROM t WHERE a = -1"))).toEqual([["1"]]);
  });

  it("leaves a process to others, however many of them there are", async () => {
    const other = await server.createDatabase();
    const outcomes = Promise.all(Array.from({ length: 3 }, () => run(database, long)));
    const times = await untilOver(outcomes, async () => {
      expect(values(await run(other, "SELECT 1"))).toEqual([["1"]]);
    });
    expect(times).toBeGreaterThan(0);
    for (const outcome of await outcomes) expect(values(outcome)).toEqual([["2000000"]]);
  });
});

it("a database that is destroyed while a statement runs on it takes no transaction of others with it", async () => {
  const server = await TestServer.start();
  const [doomed, other] = [await server.createDatabase(), await server.createDatabase()];
  await run(other, "CREATE TABLE t (a)");
  const open = [execute("BEGIN"), execute("INSERT INTO t VALUES (1)")];
  const { baton } = (await pipeline(other, open)).body;
  // Longer than what nobody waits for any more would be given, if it were alone.
  const outcome = run(doomed, counting(12_000_000));
  await new Promise((resolve) => setTimeout(resolve, 120));
  await server.must("DELETE", `/databases/${doomed.name}`);
  await outcome;
  const close = [execute("COMMIT"), { type: "close" }];
  expect((await pipeline(other, close, { baton })).body.results[0].type).toBe("ok");
  expect(values(await run(other, "SELECT * FROM t"))).toEqual([["1"]]);
  await server.stop();
});

it("a statement that does not end does not outlive its database for long", async () => {
  const server = await TestServer.start({ statementTimeout: 60_000 });
  const database = await server.createDatabase();
  const outcome = run(
    database,
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c",
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  await server.must("DELETE", `/databases/${database.name}`);
  expect(await outcome).toMatchObject({ code: "ENGINE_RESTARTED" });
  await server.stop();
});

it("a cursor whose client leaves while it waits for a long statement never begins", async () => {
  const patience = { streamIdle: 500 };
  const server = await TestServer.start({ limits: { databaseStreams: 1 }, patience });
  const database = await server.createDatabase();
  await run(database, "CREATE TABLE t (a)");
  const outcome = run(database, `CREATE TABLE big AS ${counting(3_000_000)}`);
  await new Promise((resolve) => setTimeout(resolve, 120));
  const leaving = new AbortController();
  const endless =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x, hex(zeroblob(200)) FROM c";
  const cursor = fetch(`${database.url}v3/cursor`, {
    method: "POST",
    headers: { authorization: `Bearer ${database.token}` },
    body: JSON.stringify({ batch: { steps: [{ stmt: { sql: endless } }] } }),
    signal: leaving.signal,
  });
  await new Promise((resolve) => setTimeout(resolve, 80));
  leaving.abort();
  await cursor.catch(() => {});
  await outcome;
  // The stream of one that began, with nobody to read it, would stay open.
  const status = async () => (await pipeline(database, [execute("SELECT 1")])).status;
  await expect.poll(status, { timeout: 5_000, interval: 200 }).toBe(200);
  await server.stop();
});

it("a write that takes long keeps the other writes of its database waiting, and all are done", async () => {
  const server = await TestServer.start({ engineProcesses: 2, statementTimeout: 20_000 });
  const database = await server.createDatabase();
  await run(database, "CREATE TABLE t (a)");
  const write = `INSERT INTO t ${long.replace("count(*)", "x").replace("2000000", "500000")}`;
  const outcome = run(database, write);
  const others = await Promise.all(
    Array.from({ length: 5 }, () => run(database, "INSERT INTO t VALUES (0)")),
  );
  expect(others.map((each) => each.affected_row_count)).toEqual([1, 1, 1, 1, 1]);
  expect(await outcome).toMatchObject({ affected_row_count: 500_000 });
  expect(values(await run(database, "SELECT count(*) FROM t"))).toEqual([["500005"]]);
  await server.stop();
});

it("with every commit on the disk, a read that takes long keeps its database waiting", async () => {
  const server = await TestServer.start({ engineProcesses: 2, synchronous: "full" });
  const database = await server.createDatabase();
  await run(database, "CREATE TABLE t (a)");
  const order: string[] = [];
  const read = run(database, long).then(() => order.push("read"));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const written = run(database, "INSERT INTO t VALUES (0)").then(() => order.push("written"));
  await Promise.all([read, written]);
  expect(order).toEqual(["read", "written"]);
  await server.stop();
});
