import { createClient } from "@libsql/client";
import { describe, expect, it } from "vitest";
import { execute, pipeline, run, send, values } from "../support/hrana.ts";
import { engineProcesses } from "../support/processes.ts";
import { type TestDatabase, useServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

// One engine process, so that databases have it in common.
const server = useServer({
  engineProcesses: 1,
  patience: { streamIdle: 1_000, transaction: 200 },
});

/** A database with a table `t`. */
async function withTable(): Promise<TestDatabase> {
  const database = await server.createDatabase();
  await run(database, "CREATE TABLE t (a)");
  return database;
}

async function count(database: TestDatabase): Promise<unknown> {
  return values(await run(database, "SELECT count(*) FROM t"))[0]?.[0];
}

describe("a stream over HTTP that is left alone", () => {
  it("expires, and its transaction is undone", async () => {
    const database = await withTable();
    const { body } = await pipeline(database, [
      execute("BEGIN IMMEDIATE"),
      execute("INSERT INTO t VALUES (1)"),
    ]);
    await expect
      .poll(async () => (await pipeline(database, [], { baton: body.baton })).body.code, {
        interval: 500,
        timeout: 10_000,
      })
      .toBe("STREAM_EXPIRED");
    expect(await count(database)).toBe("0");
    const late = await pipeline(database, [execute("COMMIT")], { baton: body.baton });
    const message = expect.stringMatching(/^The stream has expired due to inactivity, or /);
    expect(late).toMatchObject({ status: 400, body: { code: "STREAM_EXPIRED", message } });
  });

  it("does not, as long as its client uses it", async () => {
    const database = await withTable();
    let { body } = await pipeline(database, [
      execute("BEGIN"),
      execute("INSERT INTO t VALUES (1)"),
    ]);
    for (let round = 0; round < 8; round++) {
      await new Promise((resolve) => setTimeout(resolve, 80));
      ({ body } = await pipeline(database, [execute("SELECT 1")], { baton: body.baton }));
    }
    await pipeline(database, [execute("COMMIT"), { type: "close" }], { baton: body.baton });
    expect(await count(database)).toBe("1");
  });
});

describe("a stream over WebSocket that is left alone", () => {
  it("stays, as long as its connection does", async () => {
    const database = await withTable();
    const client = await TestSocket.open(database);
    await client.openStream(1);
    await client.execute(1, "BEGIN");
    await client.execute(1, "INSERT INTO t VALUES (1)");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await client.execute(1, "COMMIT");
    expect(await count(database)).toBe("1");
    await client.close();
  });
});

describe.each(["http", "ws"])("a writer that sits on its transaction, over %s", (scheme) => {
  it("keeps it as long as nobody waits, and then loses it", async () => {
    const database = await withTable();
    const client = createClient({
      url: database.url.replace(/^http/, scheme),
      authToken: database.token,
    });
    const transaction = await client.transaction("write");
    await transaction.execute("INSERT INTO t VALUES (1)");
    // Nobody waited, so nothing was lost.
    await new Promise((resolve) => setTimeout(resolve, 250));
    await transaction.execute("INSERT INTO t VALUES (2)");

    expect(await run(database, "INSERT INTO t VALUES (3)")).toMatchObject({
      affected_row_count: 1,
    });
    await expect(transaction.execute("INSERT INTO t VALUES (4)")).rejects.toMatchObject({
      code: "TRANSACTION_TIMEOUT",
    });
    expect(values(await run(database, "SELECT a FROM t"))).toEqual([["3"]]);
    transaction.close();
    client.close();
  });

  it("is told only once, and can go on without it", async () => {
    const database = await withTable();
    const client = await TestSocket.open(database);
    await client.openStream(1);
    await client.execute(1, "BEGIN IMMEDIATE");
    await run(database, "INSERT INTO t VALUES (1)");
    expect(await client.execute(1, "COMMIT")).toMatchObject({ code: "TRANSACTION_TIMEOUT" });
    expect(await client.ask({ type: "get_autocommit", stream_id: 1 })).toMatchObject({
      is_autocommit: true,
    });
    expect(await client.execute(1, "INSERT INTO t VALUES (2)")).toMatchObject({
      affected_row_count: 1,
    });
    await client.close();
  });
});

describe("waiting for a lock", () => {
  it("holds up no other database of the same process", async () => {
    const busy = await withTable();
    const other = await withTable();
    expect(engineProcesses(process.pid).length).toBeGreaterThanOrEqual(1);
    const client = await TestSocket.open(busy);
    await client.openStream(1);
    await client.execute(1, "BEGIN IMMEDIATE");
    await client.execute(1, "INSERT INTO t VALUES (0)");
    let waiting = 20;
    const writers = Array.from({ length: waiting }, async (_, index) => {
      const result = await run(busy, `INSERT INTO t VALUES (${index + 1})`);
      waiting -= 1;
      return result;
    });
    let answered = 0;
    while (waiting === 20) {
      expect(await run(other, "INSERT INTO t VALUES (1)")).toMatchObject({ affected_row_count: 1 });
      answered += 1;
    }
    expect(answered).toBeGreaterThan(0);
    for (const result of await Promise.all(writers)) {
      expect(result).toMatchObject({ affected_row_count: 1 });
    }
    expect(await count(busy)).toBe("20");
    await client.close();
  });

  it("lets readers read what was there before", async () => {
    const database = await withTable();
    const { body } = await pipeline(database, [
      execute("BEGIN IMMEDIATE"),
      execute("INSERT INTO t VALUES (1)"),
    ]);
    expect(await count(database)).toBe("0");
    await pipeline(database, [execute("COMMIT"), { type: "close" }], { baton: body.baton });
    expect(await count(database)).toBe("1");
  });
});

describe("a transaction", () => {
  it("that only reads sees one moment, whatever others write", async () => {
    const database = await withTable();
    const { body } = await pipeline(database, [
      execute("BEGIN"),
      execute("SELECT count(*) FROM t"),
    ]);
    await run(database, "INSERT INTO t VALUES (1)");
    const again = await pipeline(
      database,
      [execute("SELECT count(*) FROM t"), execute("INSERT INTO t VALUES (2)"), { type: "close" }],
      { baton: body.baton },
    );
    expect(values(again.body.results[0].response.result)).toEqual([["0"]]);
    // Its moment is over, so that it cannot begin to write.
    expect(again.body.results[1]).toMatchObject({ error: { code: "SQLITE_BUSY" } });
  });

  it("has the columns that it had at a savepoint, when it goes back there", async () => {
    const database = await withTable();
    const read = execute("SELECT * FROM t");
    const { body } = await pipeline(database, [
      execute("INSERT INTO t VALUES (1)"),
      execute("SAVEPOINT s"),
      execute("ALTER TABLE t ADD COLUMN b DEFAULT 2"),
      read,
      execute("ROLLBACK TO s"),
      read,
      { type: "close" },
    ]);
    const [changed, back] = [body.results[3], body.results[5]].map((each) => each.response.result);
    expect([changed.cols.length, values(changed)]).toEqual([2, [["1", "2"]]]);
    expect([back.cols.length, values(back)]).toEqual([1, [["1"]]]);
  });

  it("that saw an older schema leaves nothing of it to those who come after it", async () => {
    const database = await withTable();
    const read = execute("SELECT * FROM t");
    await run(database, "INSERT INTO t VALUES (1)");
    const { baton } = (await pipeline(database, [execute("BEGIN"), read])).body;
    await run(database, "ALTER TABLE t ADD COLUMN b DEFAULT 2");
    const rest = [read, execute("COMMIT"), { type: "close" }];
    const { body } = await pipeline(database, rest, { baton });
    expect(body.results[0].response.result.cols).toHaveLength(1);
    const after = await run(database, "SELECT * FROM t");
    expect([after.cols.length, values(after)]).toEqual([2, [["1", "2"]]]);
  });

  it("that changes the schema is known to who waited for it", async () => {
    const database = await withTable();
    await run(database, "INSERT INTO t VALUES (1) RETURNING *");
    const alter = [execute("BEGIN IMMEDIATE"), execute("ALTER TABLE t ADD COLUMN b DEFAULT 2")];
    const { baton } = (await pipeline(database, alter)).body;
    const sql = "INSERT INTO t(a) VALUES (3) RETURNING *";
    const waiting = run(database, sql);
    const cursor = send(
      database,
      "/v3/cursor",
      { batch: { steps: [{ stmt: { sql } }] } },
      database.token,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    await pipeline(database, [execute("COMMIT"), { type: "close" }], { baton });
    const waited = await waiting;
    expect([waited.cols.length, values(waited)]).toEqual([2, [["3", "2"]]]);
    const [begin = ""] = /{"type":"step_begin".*/.exec(String((await cursor).body)) ?? [];
    expect(begin).toContain('"name":"b"');
  });

  it("keeps what comes before a failed statement, and savepoints", async () => {
    const database = await withTable();
    const { body } = await pipeline(database, [
      execute("BEGIN"),
      execute("INSERT INTO t VALUES (1)"),
      execute("INSERT INTO nowhere VALUES (1)"),
      execute("SAVEPOINT s"),
      execute("INSERT INTO t VALUES (2)"),
      execute("ROLLBACK TO s"),
      execute("COMMIT"),
      { type: "close" },
    ]);
    expect(body.results.map((result: { type: string }) => result.type)).toEqual([
      "ok",
      "ok",
      "error",
      "ok",
      "ok",
      "ok",
      "ok",
      "ok",
    ]);
    expect(values(await run(database, "SELECT a FROM t"))).toEqual([["1"]]);
  });
});
