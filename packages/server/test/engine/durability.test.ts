import { mkdir, mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databasePath } from "../../src/engine/wire/database-path.ts";
import { Durability } from "../../src/engine-process/files/durability.ts";
import { run, values } from "../support/hrana.ts";
import { engineProcesses, killHard } from "../support/processes.ts";
import { TestServer } from "../support/server.ts";

describe("durability", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "logicaldb-durability-"));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it("fails for ever where a log could not be flushed once, so that nobody is told of the commit", async () => {
    const path = join(directory, "broken.db");
    await mkdir(`${path}-wal`);
    const durability = new Durability("full");
    durability.committed(path);
    expect(() => durability.settle()).toThrow(/EISDIR/);
    await rmdir(`${path}-wal`);
    expect(() => durability.settle()).toThrow(/EISDIR/);
    expect(durability.isSettled).toBe(false);
  });

  it("takes a log that is gone for one that is in the database", () => {
    const durability = new Durability("full");
    durability.committed(join(directory, "closed.db"));
    durability.settle();
  });

  it("leaves the disk alone at level normal", async () => {
    const path = join(directory, "normal.db");
    await mkdir(`${path}-wal`);
    const durability = new Durability("normal");
    durability.committed(path);
    durability.settle();
  });
});

describe("a server with synchronous commits", () => {
  it("answers writes of many at once, and keeps them through a kill", async () => {
    const server = await TestServer.start({ engineProcesses: 2, synchronous: "full" });
    try {
      const database = await server.createDatabase();
      await run(database, "CREATE TABLE t (a INTEGER PRIMARY KEY)");
      const inserts = Array.from({ length: 64 }, (_, a) => `INSERT INTO t VALUES (${a})`);
      const results = await Promise.all(inserts.map((sql) => run(database, sql)));
      expect(results.filter((result) => result.affected_row_count !== 1)).toEqual([]);
      killHard(engineProcesses(process.pid));
      await expect
        .poll(async () => values(await run(database, "SELECT count(*) FROM t")))
        .toEqual([["64"]]);
    } finally {
      await server.stop();
    }
  });

  it("acknowledges no write, alone or with others, whose log could not be flushed", async () => {
    const server = await TestServer.start({ engineProcesses: 1, synchronous: "full" });
    try {
      const database = await server.createDatabase();
      await run(database, "CREATE TABLE t (a)");
      const insert = () => run(database, "INSERT INTO t VALUES (1)");
      // It is known to be quick from here on, so that those that come together share a transaction.
      for (let count = 0; count < 4; count++) await insert();
      const log = `${databasePath(join(server.running.dataDir, "databases"), database.id)}-wal`;
      await rm(log);
      await mkdir(log);
      const answers = await Promise.all(Array.from({ length: 32 }, insert));
      // The process that takes the place of the one that failed cannot open the database.
      expect(["ENGINE_RESTARTED", "SQLITE_CANTOPEN"]).toEqual(
        expect.arrayContaining(answers.map(({ code }) => code)),
      );
    } finally {
      await server.stop();
    }
  });
});
