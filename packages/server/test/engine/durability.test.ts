import { mkdir, mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
});
