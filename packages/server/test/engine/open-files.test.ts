import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../support/hrana.ts";
import { engineProcesses, openFiles } from "../support/processes.ts";
import { TestServer } from "../support/server.ts";
import { TestStream } from "../support/stream.ts";

/** The database files that engine processes hold open. */
function openDatabaseFiles(directory: string): string[] {
  return engineProcesses(process.pid).flatMap((pid) => openFiles(pid, directory));
}

describe.runIf(process.platform === "linux")("files of databases", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ engineProcesses: 2 });
  });
  afterAll(async () => {
    await server.stop();
  });

  it("are let go when databases are destroyed, though statements were prepared on them", async () => {
    const databases = await Promise.all(Array.from({ length: 10 }, () => server.createDatabase()));
    for (const database of databases) {
      await run(database, "CREATE TABLE t (a)");
      await run(database, "SELECT * FROM t");
    }
    const directory = `${server.running.dataDir}/databases`;
    expect(openDatabaseFiles(directory).length).toBeGreaterThanOrEqual(10);
    for (const { name } of databases) await server.must("DELETE", `/databases/${name}`);
    await expect.poll(() => openDatabaseFiles(directory), { timeout: 20_000 }).toEqual([]);
  });

  it("are let go by connections whose settings a statement changed", async () => {
    const database = await server.createDatabase();
    for (let round = 0; round < 40; round++) await run(database, "PRAGMA foreign_keys = off");
    const directory = `${server.running.dataDir}/databases`;
    await expect
      .poll(() => openDatabaseFiles(directory).length, { timeout: 20_000 })
      .toBeLessThan(12);
  });

  it("are let go sooner the longer its schema takes to read", async () => {
    const database = await server.createDatabase();
    await run(database, `CREATE VIEW v AS SELECT 1 WHERE 1 IN (${"1,".repeat(300_000)}1)`);
    for (let round = 0; round < 16; round++) await run(database, "PRAGMA foreign_keys = off");
    const files = openDatabaseFiles(`${server.running.dataDir}/databases`);
    expect(files.filter((path) => path.includes(database.id)).length).toBeLessThan(20);
  });

  it("are let go when many streams of one database have been closed", async () => {
    const database = await server.createDatabase();
    await run(database, "CREATE TABLE t (a)");
    const streams = Array.from({ length: 60 }, () => new TestStream(database));
    await Promise.all(streams.map((stream) => stream.send("BEGIN", "SELECT * FROM t")));
    const files = () =>
      openDatabaseFiles(`${server.running.dataDir}/databases`).filter((path) =>
        path.includes(database.id),
      );
    expect(files().length).toBeGreaterThan(60);
    await Promise.all(streams.map((stream) => stream.close()));
    await expect.poll(() => files().length, { timeout: 20_000 }).toBeLessThan(20);
    expect((await run(database, "INSERT INTO t VALUES (1)")).affected_row_count).toBe(1);
  });
});
