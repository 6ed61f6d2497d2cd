import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { execute, pipeline, processOf, run, values } from "../support/hrana.ts";
import { engineProcesses, isAlive } from "../support/processes.ts";
import { type TestDatabase, TestServer, useServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

// A process that has done nothing takes about 75 MB.
const engineBytes = 120 * 1024 * 1024;

const server = useServer({ engineProcesses: 1, limits: { engineBytes } });

/** Leaves a process larger than it may be: SQLite keeps pages of every connection at hand. */
async function grow(database: TestDatabase): Promise<string[]> {
  await run(database, "CREATE TABLE IF NOT EXISTS large (a)");
  await run(
    database,
    "INSERT INTO large WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 1000) SELECT zeroblob(3000) FROM c",
  );
  const batons = [];
  for (let index = 0; index < 40; index++) {
    const { body } = await pipeline(database, [
      execute("BEGIN"),
      execute("SELECT sum(length(a)) FROM large"),
    ]);
    batons.push(body.baton);
  }
  return batons;
}

it("an engine process that outgrows its memory is replaced, and no request fails", async () => {
  const large = await server.createDatabase();
  const busy = await Promise.all(Array.from({ length: 4 }, () => server.createDatabase()));
  for (const database of busy) await run(database, "CREATE TABLE t (a)");
  const socket = await TestSocket.open(large);
  await socket.openStream(1);
  await socket.execute(1, "BEGIN IMMEDIATE");
  await socket.execute(1, "CREATE TABLE kept (a)");
  const [first = 0] = engineProcesses(process.pid);
  await socket.execute(1, "COMMIT");

  let isOver = false;
  let written = 0;
  const failed: unknown[] = [];
  const load = busy.map(async (database) => {
    while (!isOver) {
      const answer = await run(database, "INSERT INTO t VALUES (1)");
      if (answer.affected_row_count === 1) written += 1;
      else failed.push(answer);
      await sleep(5);
    }
  });
  const batons = await grow(large);
  await expect
    .poll(() => engineProcesses(process.pid).length, { timeout: 20_000 })
    .toBeGreaterThan(1);
  // Streams go on where they are, and see what they saw.
  for (const baton of batons) {
    const { body } = await pipeline(large, [execute("SELECT count(*) FROM large")], { baton });
    expect(values(body.results[0].response.result)).toEqual([["1000"]]);
    const end = await pipeline(large, [{ type: "close" }], { baton: body.baton });
    expect(end.status).toBe(200);
  }
  expect(isAlive(first)).toBe(true);
  expect((await socket.execute(1, "SELECT * FROM kept")).rows).toEqual([]);
  await socket.close();

  await expect.poll(() => isAlive(first), { timeout: 20_000 }).toBe(false);
  isOver = true;
  await Promise.all(load);
  expect(failed).toEqual([]);
  let stored = 0;
  for (const database of busy) {
    stored += Number(values(await run(database, "SELECT count(*) FROM t"))[0]?.[0]);
  }
  expect(stored).toBe(written);
});

it("the process that takes its place counts the streams that are still open in it", async () => {
  const limits = { engineBytes, databaseStreams: 41 };
  const small = await TestServer.start({ engineProcesses: 1, limits });
  const database = await small.createDatabase();
  const batons = await grow(database);
  const open = () => pipeline(database, [execute("SELECT 1")]);
  const isReplaced = async () => {
    const { body } = await open();
    await pipeline(database, [{ type: "close" }], { baton: body.baton });
    return processOf(body.baton) !== processOf(batons[0]);
  };
  await expect.poll(isReplaced, { timeout: 20_000 }).toBe(true);
  expect((await open()).status).toBe(200);
  expect(await open()).toMatchObject({ status: 429, body: { code: "STREAMS_TOO_MANY" } });
  await pipeline(database, [{ type: "close" }], { baton: batons[0] ?? null });
  expect((await open()).status).toBe(200);
  await small.stop();
});

it.each([
  ["a value", "SELECT zeroblob(500000000)"],
  ["a value that it only looks at", "SELECT length(hex(zeroblob(200000000)))"],
  [
    "what it sorts",
    "SELECT count(*) FROM (SELECT hex(randomblob(50000)) AS x FROM generate_series(1, 10000) ORDER BY x)",
  ],
  [
    "what it gathers",
    "SELECT length(group_concat(hex(zeroblob(100000)))) FROM generate_series(1, 5000)",
  ],
])(
  "a statement that needs too much memory for %s fails, and its process goes on",
  async (_, sql) => {
    const database = await server.createDatabase();
    const other = await server.createDatabase();
    const { body } = await pipeline(other, [execute("BEGIN"), execute("CREATE TABLE t (a)")]);
    expect(await run(database, sql)).toMatchObject({
      code: "SQLITE_NOMEM",
      message: expect.stringContaining("--max-engine-bytes"),
    });
    const end = await pipeline(other, [execute("COMMIT")], { baton: body.baton });
    expect(end.body.results).toMatchObject([{ type: "ok" }]);
  },
);

it("a process whose streams never end gives way to those that outgrow their memory later", async () => {
  const database = await server.createDatabase();
  const seen = new Set<number>();
  const { body } = await pipeline(database, [execute("SELECT 1")]);
  let { baton } = body;
  const holder = engineProcesses(process.pid);
  // Keeps the stream of the first process in use while others come and go.
  await expect
    .poll(
      async () => {
        await grow(database);
        if (baton !== null) {
          const next = await pipeline(database, [execute("SELECT 1")], { baton });
          baton = next.status === 200 ? next.body.baton : null;
        }
        for (const pid of engineProcesses(process.pid)) seen.add(pid);
        return holder.some(isAlive);
      },
      { timeout: 50_000, interval: 200 },
    )
    .toBe(false);
  expect(engineProcesses(process.pid).length).toBeLessThanOrEqual(4);
  expect(seen.size).toBeGreaterThan(3);
});
