import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { run, values } from "../support/hrana.ts";
import { engineProcesses, killHard } from "../support/processes.ts";
import { TestServer } from "../support/server.ts";

describe("files that wait for databases", () => {
  let dataDir: string;
  let server: TestServer;
  const spares = () => join(dataDir, "databases", "spare");
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "logicaldb-spares-"));
    server = await TestServer.start({ dataDir, engineProcesses: 1 });
  });
  afterAll(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Waits for so many files of spare databases. */
  async function untilSpare(count: number): Promise<void> {
    await vi.waitFor(
      async () => {
        const files = await readdir(spares(), { recursive: true, withFileTypes: true });
        expect(files.filter((file) => file.isFile())).toHaveLength(count);
      },
      { timeout: 20_000 },
    );
  }

  it("become them, each an empty one of its own, and others take their place", async () => {
    const databases = [await server.createDatabase()];
    await untilSpare(12);
    for (let index = 0; index < 12; index += 1) databases.push(await server.createDatabase());
    for (const [index, database] of databases.entries()) {
      expect(values(await run(database, "SELECT count(*) FROM sqlite_schema"))).toEqual([["0"]]);
      await run(database, "CREATE TABLE own (number)");
      await run(database, `INSERT INTO own VALUES (${index})`);
    }
    for (const [index, database] of databases.entries()) {
      const { rows } = await run(database, "SELECT number FROM own");
      expect(values({ rows })).toEqual([[String(index)]]);
      expect(values(await run(database, "PRAGMA journal_mode"))).toEqual([["wal"]]);
    }
    await untilSpare(12);
  });

  it("are not missed where somebody has removed them", async () => {
    await untilSpare(12);
    await rm(spares(), { recursive: true });
    const database = await server.createDatabase();
    expect(values(await run(database, "SELECT 1"))).toEqual([["1"]]);
    await untilSpare(12);
  });

  it("are there whatever becomes of the engine's processes, as are new databases", async () => {
    await untilSpare(12);
    killHard(engineProcesses(process.pid));
    const database = await server.createDatabase();
    await vi.waitFor(async () => expect(values(await run(database, "SELECT 1"))).toEqual([["1"]]), {
      timeout: 20_000,
    });
    await untilSpare(12);
  });

  it("are no longer made when the server stops at once", async () => {
    await server.createDatabase();
    await server.stop();
    expect(existsSync(spares())).toBe(false);
    server = await TestServer.start({ dataDir, engineProcesses: 1 });
  });

  it("go when the server stops, and those of one that was killed when the next one starts", async () => {
    await server.stop();
    expect(existsSync(spares())).toBe(false);
    await mkdir(spares());
    await writeFile(join(spares(), "7"), "");
    server = await TestServer.start({ dataDir });
    expect(existsSync(spares())).toBe(false);
  });
});

it("whoever cannot have a database is not told where its file would have been", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "logicaldb-blocked-"));
  const server = await TestServer.start({ dataDir, logLevel: "silent" });
  try {
    // Files are where the folders of databases would be.
    for (const digit of "0123456789abcdef") {
      await writeFile(join(dataDir, "databases", digit), "");
    }
    await server.must("POST", "/databases", { name: "blocked" });
    const create = { location: "local" };
    const answer = await server.api("POST", "/databases/blocked/instances", create);
    expect(answer).toMatchObject({ status: 503, body: { code: "engine_unavailable" } });
    expect(answer.body.error).toContain("the server's log says why");
    expect(answer.body.error).not.toContain(dataDir);
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});

it("a database is new and empty, whatever a crash has left of the file that all are copies of", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "logicaldb-left-"));
  await mkdir(join(dataDir, "databases"));
  await writeFile(join(dataDir, "databases", "empty"), "half of it ".repeat(1_000));
  const server = await TestServer.start({ dataDir, engineProcesses: 1 });
  const database = await server.createDatabase();
  expect(values(await run(database, "SELECT count(*) FROM sqlite_schema"))).toEqual([["0"]]);
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});
