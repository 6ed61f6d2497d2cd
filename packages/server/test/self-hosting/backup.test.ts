import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, values } from "../support/hrana.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";
import { blockOf, missing } from "./guide.ts";

const reason = missing("sqlite3");
const directory = mkdtempSync(join(tmpdir(), "logicaldb-backup-"));
const data = join(directory, "data");
const copy = join(directory, "copy");

describe.skipIf(reason !== undefined)(`the script for backups ${reason ?? ""}`, () => {
  beforeAll(() => {
    execFileSync("sh", ["-euc", blockOf("sh", "sqlite3")], { cwd: directory });
  });
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it("copies what a server works with, and a server goes on with the copy", async () => {
    const token = "the-platform-token-of-the-backup";
    const server = await TestServer.start({ dataDir: data, token, engineProcesses: 2 });
    const databases: TestDatabase[] = [];
    for (let index = 0; index < 8; index++) {
      const database = await server.createDatabase(`tenant-${index}`);
      await run(database, "CREATE TABLE t (a INTEGER PRIMARY KEY, b)");
      databases.push(database);
    }
    let isOver = false;
    // Two rows in each transaction: a copy with one of them would be none of a moment.
    const write = "INSERT INTO t (b) VALUES (zeroblob(1000)), (zeroblob(1000))";
    const writing = databases.map(async (database) => {
      let rows = 0;
      for (; !isOver; rows += 2) {
        expect(await run(database, write)).toMatchObject({ affected_row_count: 2 });
      }
      return rows;
    });
    const created = (async () => {
      for (let index = 0; !isOver; index++) {
        const { name } = await server.createDatabase(`passing-${index}`);
        await server.must("DELETE", `/databases/${name}`);
      }
    })();
    await promisify(execFile)("./backup.sh", [data, copy], { cwd: directory });
    isOver = true;
    const written = await Promise.all(writing);
    await created;
    await server.stop();

    const port = Number(new URL(server.url).port);
    const restored = await TestServer.start({ dataDir: copy, token, port });
    for (const [index, database] of databases.entries()) {
      expect(values(await run(database, "PRAGMA integrity_check"))).toEqual([["ok"]]);
      const count = Number(values(await run(database, "SELECT count(*) FROM t")).flat()[0]);
      expect(count % 2).toBe(0);
      expect(count).toBeLessThanOrEqual(written[index] ?? 0);
      expect(await run(database, write)).toMatchObject({ affected_row_count: 2 });
    }
    await restored.stop();
  });
});
