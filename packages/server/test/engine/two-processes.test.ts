import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { execute, pipeline, processOf, run, values } from "../support/hrana.ts";
import { engineProcesses, killHard } from "../support/processes.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

const count = (to: number) =>
  `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT ${to}) SELECT count(*) FROM c`;
const long = count(2_000_000);
const short = count(20_000);
const notUtf8 = { code: "TEXT_NOT_UTF8" };

let server: TestServer;
let busy: TestDatabase;
beforeAll(async () => {
  server = await TestServer.start({ patience: { transaction: 1_000 } });
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

  it("hears of texts and columns from there with the first write of its transaction", async () => {
    const before = engineProcesses(process.pid);
    const insert = "INSERT INTO t (a) SELECT a FROM t LIMIT 1 RETURNING *";
    await ask("BEGIN");
    await run(database, "ALTER TABLE t RENAME COLUMN a TO b");
    await run(database, "ALTER TABLE t ADD COLUMN a DEFAULT 'new'");
    expect(await ask(insert)).toMatchObject({ cols: [{ name: "b" }, { name: "a" }] });
    await ask("ROLLBACK");
    await ask("BEGIN");
    await run(database, "UPDATE t SET a = CAST(x'ff' AS TEXT)");
    expect(await ask(insert)).toMatchObject(notUtf8);
    expect(engineProcesses(process.pid)).toEqual(before);
    await ask("COMMIT");
  });

  it.each([
    ["a savepoint", execute("SAVEPOINT one")],
    ["a pragma", execute("PRAGMA foreign_keys")],
    ["an explanation", execute("EXPLAIN QUERY PLAN SELECT * FROM t")],
    ["a description", { type: "describe", sql: "SELECT * FROM t" }],
  ])("can still write what it sees last after %s", async (_, request) => {
    await ask("BEGIN");
    const { body } = await pipeline(database, [request], { baton });
    ({ baton } = body);
    await run(database, "INSERT INTO t VALUES ('two')");
    expect(await ask("INSERT INTO t SELECT count(*) FROM t RETURNING a")).toMatchObject({
      rows: [[{ value: "2" }]],
    });
    await ask("COMMIT");
  });

  it.each([
    ["columns", "ALTER TABLE t ADD COLUMN b DEFAULT 2", { cols: [{ name: "a" }, { name: "b" }] }],
    ["texts that are not UTF-8", "INSERT INTO t VALUES (CAST(x'ff' AS TEXT))", notUtf8],
  ])(
    "changes %s while the database is read at its home, which hears of it",
    async (_, sql, then) => {
      const work = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 20000)";
      const some = Array.from({ length: 20 }, () => execute(`${work} SELECT max(x) FROM c`));
      let isOver = false;
      const change = [execute("BEGIN IMMEDIATE"), execute(sql), ...some, execute("COMMIT")];
      const changing = pipeline(database, change, { baton }).finally(() => (isOver = true));
      while (!isOver) {
        expect(await run(database, "SELECT * FROM t")).not.toHaveProperty("status");
      }
      expect((await changing).body.results.at(-1).type).toBe("ok");
      expect(await run(database, "SELECT * FROM t")).toMatchObject(then);
    },
  );

  it("loses a transaction that it holds too long while a writer waits at its home", async () => {
    await ask("BEGIN IMMEDIATE");
    const { body } = await pipeline(database, [execute("INSERT INTO t VALUES ('two')")]);
    expect(processOf(body.baton)).not.toBe(processOf(baton));
    expect(body.results[0].response.result).toMatchObject({ affected_row_count: 1 });
    expect(await ask("COMMIT")).toMatchObject({ code: "TRANSACTION_TIMEOUT" });
  });

  it("begins to write in a transaction when another at its home has ended", async () => {
    const other = (await pipeline(database, [execute("BEGIN IMMEDIATE")])).body.baton;
    expect(processOf(other)).not.toBe(processOf(baton));
    await ask("BEGIN");
    const waiting = ask("INSERT INTO t VALUES ('two')");
    const rest = [execute("INSERT INTO t VALUES ('three')"), execute("COMMIT"), { type: "close" }];
    await new Promise((resolve) => setTimeout(resolve, 100));
    await pipeline(database, rest, { baton: other });
    expect(await waiting).toMatchObject({ affected_row_count: 1 });
    await ask("COMMIT");
    expect(values(await run(database, "SELECT count(*) FROM t"))).toEqual([["3"]]);
  });

  it("gets the lock from a transaction at its home that takes too long", async () => {
    const other = (await pipeline(database, [execute("BEGIN IMMEDIATE")])).body.baton;
    expect(processOf(other)).not.toBe(processOf(baton));
    expect(await ask("INSERT INTO t VALUES ('two')")).toMatchObject({ affected_row_count: 1 });
    const { body } = await pipeline(database, [execute("COMMIT")], { baton: other });
    expect(body.results[0].error).toMatchObject({ code: "TRANSACTION_TIMEOUT" });
  });
});

it("a request hears, between its statements, of columns that were added in another process", async () => {
  const database = await server.createDatabase();
  await run(database, "CREATE TABLE t (a)");
  await run(database, "INSERT INTO t VALUES ('one')");
  const read = execute("SELECT * FROM t");
  const home = processOf((await pipeline(database, [read])).body.baton);
  const some = Array.from({ length: 100 }, () => execute(short));
  const working = pipeline(database, [read, ...some, read]);
  const add = [execute("ALTER TABLE t ADD COLUMN b DEFAULT 2")];
  const added = await away(() => pipeline(database, add));
  expect(processOf(added.body.baton)).not.toBe(home);
  const { results } = (await working).body;
  expect(results[0].response.result.cols).toHaveLength(1);
  expect(results.at(-1).response.result.cols).toHaveLength(2);
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
