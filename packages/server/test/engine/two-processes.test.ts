import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { execute, pipeline, processOf, run, values } from "../support/hrana.ts";
import { engineProcesses, killHard } from "../support/processes.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

const long =
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 2000000) SELECT count(*) FROM c";
const notUtf8 = { code: "TEXT_NOT_UTF8" };

let server: TestServer;
let busy: TestDatabase;
beforeAll(async () => {
  server = await TestServer.start();
  busy = await server.createDatabase();
  await run(busy, "SELECT 1");
});
afterAll(async () => {
  await server.stop();
});

/** Does something to a database in another process than its own, which is held up meanwhile. */
async function away<Result>(work: () => Promise<Result>): Promise<Result> {
  const read = run(busy, long);
  await new Promise((resolve) => setTimeout(resolve, 150));
  const result = await work();
  await read;
  return result;
}

describe("a stream that lives in another process than the database", () => {
  let database: TestDatabase;
  let baton: string;
  beforeEach(async () => {
    database = await server.createDatabase();
    await run(database, "CREATE TABLE t (a)");
    await run(database, "INSERT INTO t VALUES ('one')");
    const open = async () => (await pipeline(database, [execute("SELECT * FROM t")])).body.baton;
    const home = processOf(await open());
    const isAway = async () => processOf((baton = await away(open))) !== home;
    await vi.waitUntil(isAway, 30_000);
  });

  async function ask(sql: string) {
    const { body } = await pipeline(database, [execute(sql)], { baton });
    ({ baton } = body);
    const [result] = body.results;
    return result.type === "ok" ? result.response.result : result.error;
  }

  it("sees the columns that were added there", async () => {
    await ask("SELECT * FROM t");
    await run(database, "ALTER TABLE t ADD COLUMN b DEFAULT 2");
    const { cols, rows } = await ask("SELECT * FROM t");
    expect(cols).toMatchObject([{ name: "a" }, { name: "b" }]);
    expect(values({ rows })).toEqual([["one", "2"]]);
  });

  it("survives texts that came into it there, as whoever reads them later does", async () => {
    const before = engineProcesses(process.pid);
    await ask("SELECT * FROM t");
    await run(database, "INSERT INTO t VALUES (CAST(x'ff' AS TEXT))");
    expect(await ask("SELECT * FROM t")).toMatchObject(notUtf8);
    // What it notes of its own texts takes nothing from what the file tells.
    await ask(String.raw`INSERT INTO t VALUES ('\')`);
    expect(engineProcesses(process.pid)).toEqual(before);
    killHard(engineProcesses(process.pid));
    await expect.poll(async () => (await run(database, "SELECT 1")).cols).toBeDefined();
    expect(await run(database, "SELECT * FROM t")).toMatchObject(notUtf8);
  });
});

it("a stream over WebSocket in another process sees the columns that were added, too", async () => {
  const database = await server.createDatabase();
  await run(database, "CREATE TABLE t (a)");
  await run(database, "INSERT INTO t VALUES ('one')");
  const client = await away(async () => {
    const opened = await TestSocket.open(database);
    await opened.openStream(1);
    return opened;
  });
  await client.execute(1, "SELECT * FROM t");
  await client.execute(1, "SELECT * FROM t");
  await run(database, "ALTER TABLE t ADD COLUMN b DEFAULT 2");
  expect((await client.execute(1, "SELECT * FROM t")).cols).toHaveLength(2);
  await client.close();
});
