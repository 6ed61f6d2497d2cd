import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, values } from "../support/hrana.ts";
import { engineProcesses, killHard, openFiles } from "../support/processes.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

const rows = 1_000;
const wide = "SELECT * FROM items ORDER BY id";
const together = 8;

/** How many processes read a database; where the system does not tell, as many as are wanted. */
function readers(server: TestServer, { id }: TestDatabase): number {
  return process.platform === "linux" ? processesWith(server, id).length : Infinity;
}

/** The processes that have files open whose names contain a text. */
function processesWith({ running }: TestServer, text: string): number[] {
  return engineProcesses(process.pid).filter((pid) =>
    openFiles(pid, `${running.dataDir}/databases`).some((file) => file.includes(text)),
  );
}

async function createItems(server: TestServer): Promise<TestDatabase> {
  const database = await server.createDatabase();
  await run(database, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price REAL)");
  await run(
    database,
    `INSERT INTO items SELECT value, 'item ' || value, value / 4.0 FROM generate_series(1, ${rows})`,
  );
  return database;
}

/** Reads that are sent at the same time; each has to wait for others. */
async function readTogether(database: TestDatabase, sql = wide) {
  return await Promise.all(Array.from({ length: together }, () => run(database, sql)));
}

/** Several times, since not each time another process has time for one. */
async function readAgainAndAgain(database: TestDatabase) {
  const results = [];
  for (let round = 0; round < 4; round++) results.push(...(await readTogether(database)));
  return results;
}

/** Until more than one process reads a database. */
async function untilShared(server: TestServer, database: TestDatabase): Promise<void> {
  const readersOfNow = async () => {
    await readTogether(database);
    return readers(server, database);
  };
  await expect.poll(readersOfNow, { timeout: 30_000, interval: 1 }).toBeGreaterThan(1);
}

describe("reads that take long and wait for each other", () => {
  let server: TestServer;
  let database: TestDatabase;
  beforeAll(async () => {
    server = await TestServer.start({ engineProcesses: 2 });
    database = await createItems(server);
  });
  afterAll(async () => {
    await server.stop();
  });

  it("are run by several processes, and return the same", async () => {
    await untilShared(server, database);
    const [first, ...others] = await readTogether(database);
    expect(values(first).at(-1)).toEqual(["1000", "item 1000", 250]);
    for (const other of others) expect(values(other)).toEqual(values(first));
  });

  it("are shared while clients are connected that do nothing", async () => {
    const own = await createItems(server);
    const idle: TestSocket[] = [];
    // Some of them live in each process.
    for (let index = 0; index < 12; index++) {
      idle.push(await TestSocket.open(await server.createDatabase()));
    }
    await untilShared(server, own);
    for (const each of idle) await each.close();
  });

  it("see every change that was acknowledged before they were sent", async () => {
    for (let round = 1; round <= 10; round++) {
      await run(database, "UPDATE items SET name = ? WHERE id = 7", [
        { type: "text", value: `round ${round}` },
      ]);
      for (const result of await readTogether(database)) {
        expect(values(result)[6]).toEqual(["7", `round ${round}`, 1.75]);
      }
    }
  });

  it("do not see what a transaction has not committed", async () => {
    const change =
      "UPDATE items SET name = 'changed' WHERE id IN (SELECT id FROM items) RETURNING id";
    const writer = readTogether(database, change);
    for (let round = 0; round < 5; round++) {
      for (const result of await readTogether(database)) {
        const isChanged = values(result).map(([, name]) => name === "changed");
        expect(new Set(isChanged).size).toBe(1);
      }
    }
    await writer;
  });

  it("return texts whole that were cut otherwise, as soon as there are some", async () => {
    // With a blob in each, rows are read one by one.
    const sql = "SELECT id, name, x'01' AS mark FROM items ORDER BY id";
    for (let round = 0; round < 5; round++) await readTogether(database, sql);
    await run(database, "UPDATE items SET name = ? WHERE id = 1", [
      { type: "text", value: "before\0after" },
    ]);
    for (const result of await readTogether(database, sql)) {
      expect(values(result)[0]).toEqual(["1", "before\0after", "AQ"]);
    }
  });

  it("are answered or may be tried again where a process ends", async () => {
    const reads = readTogether(database);
    killHard(engineProcesses(process.pid).slice(-1));
    for (const { rows: read, code } of await reads) {
      expect([rows, "ENGINE_RESTARTED"]).toContain(read?.length ?? code);
    }
    await untilShared(server, database);
  });

  it("see the columns that there are, whoever changed them", async () => {
    for (const column of ["one", "two"]) {
      await run(database, `ALTER TABLE items ADD COLUMN ${column} TEXT DEFAULT '${column}'`);
      for (const result of await readAgainAndAgain(database)) {
        expect(result.cols.at(-1)).toMatchObject({ name: column, decltype: "TEXT" });
        expect(values(result)[0]?.at(-1)).toBe(column);
      }
    }
    await run(database, "ALTER TABLE items DROP COLUMN one");
    for (const result of await readAgainAndAgain(database)) {
      const names = result.cols.map(({ name }: { name: string }) => name);
      expect(names).toEqual(["id", "name", "price", "two"]);
    }
  });

  it("let the database go when it is destroyed", async () => {
    const reads = readTogether(database);
    await server.must("DELETE", `/databases/${database.name}`);
    await reads;
    await expect.poll(() => (process.platform === "linux" ? readers(server, database) : 0)).toBe(0);
  });
});

it.runIf(process.platform === "linux")(
  "reads stay with the process that knows what is on the disk, where that counts",
  async () => {
    const server = await TestServer.start({ engineProcesses: 2, synchronous: "full" });
    try {
      // Until both serve, one of them may stand in for the other.
      const anyDatabase = async () => {
        await createItems(server);
        return processesWith(server, "").length;
      };
      await expect.poll(anyDatabase, { timeout: 30_000 }).toBe(2);
      const database = await createItems(server);
      for (let round = 0; round < 20; round++) await readTogether(database);
      expect(readers(server, database)).toBe(1);
    } finally {
      await server.stop();
    }
  },
);
