import { afterAll, beforeAll, expect, it } from "vitest";
import { run, values } from "../support/hrana.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";
import { TestStream } from "../support/stream.ts";

let server: TestServer;
let busy: TestDatabase;
beforeAll(async () => {
  // All databases have one engine process, which each statement that runs long holds up.
  server = await TestServer.start({
    engineProcesses: 1,
    patience: { streamIdle: 1_000, transaction: 1_000 },
  });
  busy = await server.createDatabase();
  await run(busy, "CREATE TABLE t (a)");
});
afterAll(async () => {
  await server.stop();
});

/** Holds the process up for longer than a stream may idle: it writes, so that no other runs it. */
const long =
  "INSERT INTO t WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 20000000) SELECT count(*) FROM c";

it("what others' statements take is not taken from a stream that goes on", async () => {
  const database = await server.createDatabase();
  await run(database, "CREATE TABLE t (a)");
  const stream = new TestStream(database);
  await stream.send("BEGIN IMMEDIATE", "INSERT INTO t VALUES (1)");
  const waiting = run(database, "INSERT INTO t VALUES (2)");
  const heldUp = run(busy, long);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const ended = stream.send("INSERT INTO t VALUES (3)", "COMMIT", { type: "close" });
  expect(await heldUp).toMatchObject({ affected_row_count: 1 });
  expect(await ended).toMatchObject([{ affected_row_count: 1 }, {}, {}]);
  expect(await waiting).toMatchObject({ affected_row_count: 1 });
  expect(values(await run(database, "SELECT a FROM t ORDER BY a"))).toEqual([["1"], ["2"], ["3"]]);
});

it("a stream does not idle while its request waits in the process that has its database now", async () => {
  const two = await TestServer.start({
    engineProcesses: 2,
    statementTimeout: 60_000,
    patience: { streamIdle: 700 },
  });
  const database = await two.createDatabase();
  await run(database, "CREATE TABLE t (a)");
  const home = await neighbourOf(two, database);
  await run(home, "CREATE TABLE t (a)");
  const stream = new TestStream(database);
  await stream.send("BEGIN", "SELECT 1");
  const heldUp = run(home, long.replace("20000000", "4000000"));
  await new Promise((resolve) => setTimeout(resolve, 120));
  const away = run(database, long.replace("20000000", "30000000"));
  await new Promise((resolve) => setTimeout(resolve, 120));
  const waiting = stream.send("SELECT 2", { type: "close" });
  expect(await heldUp).toMatchObject({ affected_row_count: 1 });
  expect(await waiting).toMatchObject([{ rows: [[{ value: "2" }]] }, {}]);
  expect(await away).toMatchObject({ affected_row_count: 1 });
  await two.stop();
});

/** Another database that lives in the same of two engine processes. */
async function neighbourOf(two: TestServer, { id }: TestDatabase): Promise<TestDatabase> {
  const homeOf = (each: string) => Number.parseInt(each.slice(0, 8), 16) % 2;
  for (;;) {
    const other = await two.createDatabase();
    if (homeOf(other.id) === homeOf(id)) return other;
  }
}
