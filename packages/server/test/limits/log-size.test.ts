import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databasePath } from "../../src/engine/wire/database-path.ts";
import { execute, pipeline, run } from "../support/hrana.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";

const directory = mkdtempSync(join(tmpdir(), "logicaldb-log-"));
const databaseBytes = 4 * 1024 ** 2;
let server: TestServer;
let database: TestDatabase;
let log: string;
beforeAll(async () => {
  server = await TestServer.start({ dataDir: directory, limits: { databaseBytes } });
  database = await server.createDatabase();
  log = `${databasePath(join(directory, "databases"), database.id)}-wal`;
  await run(database, "CREATE TABLE t (a)");
  await run(database, "INSERT INTO t VALUES (zeroblob(100000))");
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

describe("a transaction that reads an older state", () => {
  const write = "UPDATE t SET a = randomblob(100000)";

  it("cannot make the log grow without end, and writes go on when it is over", async () => {
    const reading = await pipeline(database, [execute("BEGIN"), execute("SELECT count(*) FROM t")]);
    let baton: string = reading.body.baton;
    const writeUntilRefused = async () => {
      for (let count = 0; count < 20; count++) {
        const answer = await run(database, write);
        if ("code" in answer) return answer;
      }
      // It would be closed if nobody used it.
      const { body } = await pipeline(database, [execute("SELECT count(*) FROM t")], { baton });
      baton = body.baton;
      return undefined;
    };
    await expect
      .poll(writeUntilRefused)
      .toMatchObject({ code: "SQLITE_FULL", message: expect.stringContaining("the log") });
    expect(statSync(log).size).toBeLessThan(4 * databaseBytes);
    expect(await run(database, "SELECT count(*) FROM t")).not.toHaveProperty("code");
    const transaction = await pipeline(database, [
      execute("BEGIN"),
      execute(write),
      execute("ROLLBACK"),
      { type: "close" },
    ]);
    expect(transaction.body.results[1]).toMatchObject({ error: { code: "SQLITE_FULL" } });

    await pipeline(database, [{ type: "close" }], { baton });
    expect(await run(database, write)).toMatchObject({ affected_row_count: 1 });
    expect(statSync(log).size).toBeLessThan(databaseBytes);
  });

  it("cannot make the log grow by few writes that are large", async () => {
    const reading = await pipeline(database, [execute("BEGIN"), execute("SELECT count(*) FROM t")]);
    const large = "UPDATE t SET a = randomblob(2000000)";
    let refused: unknown;
    for (let count = 0; count < 20 && refused === undefined; count++) {
      const answer = await run(database, large);
      if ("code" in answer) refused = answer;
    }
    expect(refused).toMatchObject({ code: "SQLITE_FULL" });
    expect(statSync(log).size).toBeLessThan(2 * databaseBytes);
    await pipeline(database, [{ type: "close" }], { baton: reading.body.baton });
  });

  it("cannot make it grow by transactions of many small writes", async () => {
    const reading = await pipeline(database, [execute("BEGIN"), execute("SELECT count(*) FROM t")]);
    const transaction = [
      execute("BEGIN IMMEDIATE"),
      ...Array.from({ length: 20 }, () => execute("INSERT INTO t VALUES (zeroblob(100000))")),
      execute("DELETE FROM t WHERE rowid > 1"),
      execute("COMMIT"),
      { type: "close" },
    ];
    for (let count = 0; count < 20; count++) await pipeline(database, transaction);
    expect(statSync(log).size).toBeLessThan(3 * databaseBytes);
    await pipeline(database, [{ type: "close" }], { baton: reading.body.baton });
  });
});
