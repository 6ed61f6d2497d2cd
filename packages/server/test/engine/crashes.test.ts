import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, pipeline, run, values } from "../support/hrana.ts";
import { timesAnswered } from "../support/meanwhile.ts";
import { engineProcesses, killHard } from "../support/processes.ts";
import { TestServer } from "../support/server.ts";

const runaway =
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";

describe("an engine process that is killed", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ engineProcesses: 2 });
  });
  afterAll(async () => {
    await server.stop();
  });

  it("loses no acknowledged row, and is there again by itself", async () => {
    const database = await server.createDatabase();
    await run(database, "CREATE TABLE t (a INTEGER PRIMARY KEY)");
    const acknowledged: number[] = [];
    const refused: unknown[] = [];
    let next = 1;
    let isWriting = true;
    const writers = Array.from({ length: 8 }, async () => {
      while (isWriting) {
        const value = next++;
        const answer = await run(database, "INSERT INTO t VALUES (?)", [
          { type: "integer", value: String(value) },
        ]);
        if (answer.affected_row_count === 1) acknowledged.push(value);
        else refused.push(answer);
      }
    });
    const moreRows = async () => {
      const before = acknowledged.length;
      await expect
        .poll(() => acknowledged.length, { timeout: 20_000 })
        .toBeGreaterThan(before + 50);
    };
    try {
      for (let round = 0; round < 4; round++) {
        await moreRows();
        killHard(engineProcesses(process.pid));
        expect((await server.api("GET", "/databases")).status).toBe(200);
      }
      await moreRows();
    } finally {
      isWriting = false;
      await Promise.all(writers);
    }

    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused)
      expect(answer).toMatchObject({ status: 503, code: "ENGINE_RESTARTED" });
    const stored = new Set(values(await run(database, "SELECT a FROM t")).map(([a]) => Number(a)));
    expect(acknowledged.filter((value) => !stored.has(value))).toEqual([]);
    expect(values(await run(database, "PRAGMA integrity_check"))).toEqual([["ok"]]);
  });

  it("takes its open streams with it", async () => {
    const database = await server.createDatabase();
    const { body } = await pipeline(database, [
      execute("BEGIN IMMEDIATE"),
      execute("CREATE TABLE t (a)"),
    ]);
    killHard(engineProcesses(process.pid));
    await expect.poll(async () => (await run(database, "SELECT 1")).cols).toBeDefined();
    const late = await pipeline(database, [execute("COMMIT")], { baton: body.baton });
    expect(late).toMatchObject({ status: 400, body: { code: "STREAM_EXPIRED" } });
    expect(values(await run(database, "SELECT count(*) FROM sqlite_schema"))).toEqual([["0"]]);
  });

  it("before it serves is started again until it does, and requests are told to try again", async () => {
    const database = await server.createDatabase();
    await run(database, "CREATE TABLE t (a)");
    const killed = new Set<number>();
    const refused: unknown[] = [];
    let isKilling = true;
    const requests = Array.from({ length: 3 }, async () => {
      while (isKilling) {
        const answer = await run(database, "INSERT INTO t VALUES (1)");
        if (answer.affected_row_count !== 1) refused.push(answer);
      }
      return await run(database, "SELECT count(*) FROM t");
    });
    await expect
      .poll(
        () => {
          const found = engineProcesses(process.pid);
          killHard(found);
          for (const pid of found) killed.add(pid);
          return killed.size;
        },
        { timeout: 30_000, interval: 5 },
      )
      .toBeGreaterThan(4);
    isKilling = false;
    for (const answer of await Promise.all(requests)) {
      if (answer.cols === undefined) refused.push(answer);
    }
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused)
      expect(answer).toMatchObject({ status: 503, code: "ENGINE_RESTARTED" });
    await expect.poll(async () => (await run(database, "SELECT 1")).cols).toBeDefined();
    expect(values(await run(database, "PRAGMA integrity_check"))).toEqual([["ok"]]);
  });
});

describe("a statement that does not end", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({
      engineProcesses: 2,
      statementTimeout: 700,
      limits: { responseBytes: 1024 * 1024 },
    });
  });
  afterAll(async () => {
    await server.stop();
  });

  it("is stopped with a clear error, while other databases answer", async () => {
    const slow = await server.createDatabase();
    const others = await Promise.all(Array.from({ length: 8 }, () => server.createDatabase()));
    // Open, they answer within the time that the statement has, however busy the machine is.
    await Promise.all(others.map((database) => run(database, "SELECT 1")));
    const outcome = run(slow, runaway);
    // Sent together with it, and all the time while it runs.
    const times = await timesAnswered(outcome, async () => {
      const results = await Promise.all(others.map((database) => run(database, "SELECT 1")));
      for (const result of results) expect(values(result)).toEqual([["1"]]);
    });
    expect(await outcome).toMatchObject({ status: 400, code: "STATEMENT_TIMEOUT" });
    expect(times).toBeGreaterThan(0);
    await expect.poll(async () => (await run(slow, "SELECT 1")).cols).toBeDefined();
  });

  it("leaves processes to others, however often it is sent", async () => {
    const slow = await server.createDatabase();
    const other = await server.createDatabase();
    let times = 0;
    // Once should do; on a busy machine, the statements may be stopped before others get a turn.
    for (let round = 0; times === 0 && round < 5; round++) {
      const outcomes = Promise.all(Array.from({ length: 3 }, () => run(slow, runaway)));
      times = await timesAnswered(outcomes, async () => {
        expect(values(await run(other, "SELECT 1"))).toEqual([["1"]]);
      });
      for (const outcome of await outcomes) {
        expect(["STATEMENT_TIMEOUT", "ENGINE_RESTARTED"]).toContain(outcome.code);
      }
    }
    expect(times).toBeGreaterThan(0);
  });

  it("is stopped, and what came behind it is run then", async () => {
    const database = await server.createDatabase();
    await run(database, "CREATE TABLE t (a)");
    const outcome = run(database, runaway.replace("WITH", "INSERT INTO t WITH"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const behind = run(database, "SELECT count(*) FROM t");
    expect(await outcome).toMatchObject({ code: "STATEMENT_TIMEOUT" });
    expect(values(await behind)).toEqual([["0"]]);
  });

  it("runs no request of another database twice, and loses none", async () => {
    const slow = await server.createDatabase();
    const other = await server.createDatabase();
    await run(other, "CREATE TABLE t (a)");
    for (let round = 0; round < 2; round++) {
      await run(other, "DELETE FROM t");
      const outcome = run(slow, runaway);
      const inserted = await Promise.all(
        Array.from({ length: 40 }, () => run(other, "INSERT INTO t VALUES (1)")),
      );
      expect(inserted.filter((result) => result.affected_row_count !== 1)).toEqual([]);
      expect(values(await run(other, "SELECT count(*) FROM t"))).toEqual([["40"]]);
      await outcome;
    }
  });

  it("is stopped too where it returns rows without end that nobody wants", async () => {
    const database = await server.createDatabase();
    const sql = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c";
    const { body } = await pipeline(database, [{ type: "sequence", sql }]);
    expect(body.results[0]).toMatchObject({ error: { code: "STATEMENT_TIMEOUT" } });
    const large = await run(
      database,
      sql.replace("SELECT x FROM", "SELECT x, hex(zeroblob(10000)) FROM"),
    );
    expect(large.code).toBe("RESPONSE_TOO_LARGE");
  });

  it("does not stop its database from being destroyed", async () => {
    const database = await server.createDatabase();
    const outcome = run(database, runaway);
    await new Promise((resolve) => setTimeout(resolve, 150));
    await server.must("DELETE", `/databases/${database.name}`);
    // Its own limit may have come first.
    expect(["ENGINE_RESTARTED", "STATEMENT_TIMEOUT"]).toContain((await outcome).code);
  });
});
