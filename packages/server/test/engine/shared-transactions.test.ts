import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databasePath } from "../../src/engine/wire/database-path.ts";
import { execute, pipeline, run, values } from "../support/hrana.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";

/** A statement with integers to bind. */
type Request = readonly [sql: string, ...args: number[]];

/** How many transactions the log of a database holds: the last page of each has a mark. */
function commits(server: TestServer, { id }: TestDatabase): number {
  const path = databasePath(join(server.running.dataDir, "databases"), id);
  const log = readFileSync(`${path}-wal`);
  const frameLength = 24 + log.readUInt32BE(8);
  let count = 0;
  for (let frame = 32; frame + frameLength <= log.length; frame += frameLength) {
    if (log.readUInt32BE(frame + 4) !== 0) count += 1;
  }
  return count;
}

describe("requests that wait behind each other", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ engineProcesses: 1 });
  });
  afterAll(async () => {
    await server.stop();
  });

  const bind = (args: readonly number[]) =>
    args.map((value) => ({ type: "integer", value: String(value) }));

  async function databaseWith(...schema: string[]): Promise<TestDatabase> {
    const database = await server.createDatabase();
    for (const sql of schema) await run(database, sql);
    return database;
  }

  /** Sends requests all at once; each is run a few times before, so that it is known to be quick. */
  async function burst(
    database: TestDatabase,
    requests: readonly Request[],
    warmUp: readonly Request[],
  ) {
    for (let round = 0; round < 3; round++) {
      for (const [sql, ...args] of warmUp) await run(database, sql, bind(args));
    }
    return await Promise.all(requests.map(([sql, ...args]) => run(database, sql, bind(args))));
  }

  const numbers = (length: number) => Array.from({ length }, (_, index) => index);

  it("share commits, and are told what each of them did", async () => {
    const database = await databaseWith("CREATE TABLE t (id INTEGER PRIMARY KEY, a)");
    const insert = "INSERT INTO t (a) VALUES (?)";
    await burst(database, [], [[insert, -1]]);
    await run(database, "DELETE FROM t");
    const before = commits(server, database);
    const answers = await burst(
      database,
      numbers(300).map((value) => [insert, value]),
      [],
    );
    expect(answers.every((answer) => answer.affected_row_count === 1)).toBe(true);
    const ids = new Set(answers.map((answer) => Number(answer.last_insert_rowid)));
    expect(ids).toEqual(new Set(numbers(300).map((index) => index + 1)));
    for (const [value, answer] of answers.entries()) {
      const stored = await run(database, `SELECT a FROM t WHERE id = ${answer.last_insert_rowid}`);
      expect(values(stored)).toEqual([[String(value)]]);
    }
    expect(commits(server, database) - before).toBeLessThan(250);
  });

  it("come one after the other", async () => {
    const database = await databaseWith("CREATE TABLE t (n)", "INSERT INTO t VALUES (0)");
    const next = "UPDATE t SET n = n + 1 RETURNING n";
    const answers = await burst(
      database,
      numbers(100).map(() => [next]),
      [[next]],
    );
    const seen = answers.map((answer) => Number(values(answer)[0]?.[0])).toSorted((a, b) => a - b);
    expect(seen).toEqual(numbers(100).map((index) => index + 4));
  });

  it("fail alone", async () => {
    const database = await databaseWith("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    const insert = "INSERT OR ABORT INTO t VALUES (?)";
    const twice = [...numbers(50), ...numbers(50)].map((id): Request => [insert, id]);
    await burst(database, [], [["INSERT OR REPLACE INTO t VALUES (?)", -1]]);
    await run(database, insert, bind([-2]));
    const answers = await burst(database, twice, []);
    const refused = answers.filter(({ code }) => code === "SQLITE_CONSTRAINT");
    expect(refused).toHaveLength(50);
    expect(answers.filter((answer) => answer.affected_row_count === 1)).toHaveLength(50);
    expect(values(await run(database, "SELECT count(*) FROM t WHERE id >= 0"))).toEqual([["50"]]);
  });

  it.each([
    ["a trigger that rolls back", "INSERT INTO t VALUES (?)"],
    ["a conflict that rolls back", "INSERT OR ROLLBACK INTO u VALUES (?)"],
  ])("lose nothing to %s", async (_what, rollingBack) => {
    const database = await databaseWith(
      "CREATE TABLE t (a)",
      "CREATE TABLE u (a UNIQUE)",
      "CREATE TABLE v (a)",
      "INSERT INTO u VALUES (-1)",
      "CREATE TRIGGER no BEFORE INSERT ON t WHEN new.a = -1 BEGIN SELECT RAISE(ROLLBACK, 'no'); END",
    );
    const harmless = "INSERT INTO v VALUES (?)";
    for (const value of [1, 2, 3]) {
      await burst(database, [], [[harmless, value]]);
      await run(database, rollingBack, bind([value]));
    }
    await run(database, "DELETE FROM v");
    const requests = numbers(64).map((index): Request =>
      index % 8 === 5 ? [rollingBack, -1] : [harmless, index],
    );
    const answers = await burst(database, requests, []);
    const refused = answers.filter(({ code }) => code === "SQLITE_CONSTRAINT");
    expect(refused).toHaveLength(8);
    expect(values(await run(database, "SELECT count(DISTINCT a) FROM v"))).toEqual([["56"]]);
  });

  it("do not hide what a deferred key would have refused", async () => {
    const database = await databaseWith(
      "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
      "CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
      "INSERT INTO parent VALUES (1)",
    );
    const insert = "INSERT INTO child VALUES (?)";
    const remove = "DELETE FROM child WHERE id = ?";
    const requests = numbers(64).map((index): Request => [index % 2 === 0 ? insert : remove, 9]);
    const answers = await burst(database, requests, [
      [insert, 1],
      [remove, 1],
    ]);
    const inserted = answers.filter((_, index) => index % 2 === 0);
    expect(inserted.filter(({ code }) => code !== "SQLITE_CONSTRAINT")).toEqual([]);
  });

  it("read what was written before them, and keep to their own rights", async () => {
    const database = await databaseWith("CREATE TABLE t (client, n)");
    const insert = "INSERT INTO t VALUES (?, ?)";
    const read = "SELECT max(n) FROM t WHERE client = ?";
    await burst(
      database,
      [],
      [
        [insert, -1, 0],
        [read, -1],
      ],
    );
    const readOnly = await server.mint(database.name, "?authorization=read-only");
    await Promise.all(
      numbers(16).map(async (client) => {
        for (let n = 1; n <= 20; n++) {
          await run(database, insert, bind([client, n]));
          expect(values(await run(database, read, bind([client])))).toEqual([[String(n)]]);
          const refused = await run({ ...database, token: readOnly }, insert, bind([client, 99]));
          expect(refused).toMatchObject({ code: "SQLITE_READONLY" });
        }
      }),
    );
    expect(values(await run(database, "SELECT count(*) FROM t WHERE n = 99"))).toEqual([["0"]]);
  });

  it("are told of no changes that others made", async () => {
    const database = await databaseWith("CREATE TABLE t (a)");
    const requests = numbers(400).map((index): Request =>
      index % 2 === 0 ? ["INSERT INTO t VALUES (1)"] : ["SELECT changes()"],
    );
    const answers = await burst(database, requests, requests.slice(0, 2));
    const told = answers.flatMap((answer, index) => (index % 2 === 0 ? [] : values(answer).flat()));
    expect(new Set(told)).toEqual(new Set(["0"]));
  });

  it("wait for a transaction that has the lock", async () => {
    const database = await databaseWith("CREATE TABLE t (a)");
    const insert = "INSERT INTO t VALUES (?)";
    await burst(database, [], [[insert, 0]]);
    const { body } = await pipeline(database, [
      execute("BEGIN IMMEDIATE"),
      execute("DELETE FROM t"),
    ]);
    const waiting = burst(
      database,
      numbers(32).map((value) => [insert, value]),
      [],
    );
    await run(database, "SELECT 1");
    await pipeline(database, [execute("COMMIT"), { type: "close" }], { baton: body.baton });
    expect((await waiting).every((answer) => answer.affected_row_count === 1)).toBe(true);
    expect(values(await run(database, "SELECT count(*) FROM t"))).toEqual([["32"]]);
  });
});
