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
