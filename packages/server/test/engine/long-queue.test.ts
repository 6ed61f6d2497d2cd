import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createDatabaseFile } from "../../src/engine/files/create-database-file.ts";
import { markOwnFile } from "../../src/engine/wire/own-file.ts";
import { Database } from "../../src/engine-process/database/database.ts";
import { Durability } from "../../src/engine-process/files/durability.ts";
import type { DatabaseSession } from "../../src/engine-process/statements/session.ts";
import { noArguments } from "../../src/hrana/session.ts";
import { defaultLimits } from "../../src/options/limits.ts";
import { bareSession, noRows } from "../support/bare-session.ts";

class ImpatientDatabase extends Database {
  override get lockTimeout(): number {
    return 1_000;
  }
}

let directory: string;
let database: Database;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "logicaldb-queue-"));
  const path = join(directory, "database.db");
  createDatabaseFile(path, `${markOwnFile}; CREATE TABLE t (a)`);
  const settings = { transactionTimeout: 5_000, limits: defaultLimits };
  database = new ImpatientDatabase({ id: "queue", path }, settings, new Durability("normal"));
});
afterEach(async () => {
  database.close();
  await rm(directory, { recursive: true, force: true });
});

/** Runs a statement, and waits for what it waits for. */
async function run(on: DatabaseSession, sql: string): Promise<void> {
  const steps = on.execute(sql, noArguments, noRows);
  for (let step = steps.next(); step.done !== true; step = steps.next()) await step.value();
}

/** Keeps the lock for less than a writer waits for it to be given back. */
async function write(): Promise<void> {
  const writer = bareSession(database);
  await run(writer, "BEGIN IMMEDIATE");
  await delay(400);
  await run(writer, "INSERT INTO t VALUES (1)");
  await run(writer, "COMMIT");
  writer.close();
}

it("writers wait for as long as the lock goes from one to the next", async () => {
  await Promise.all(Array.from({ length: 5 }, write));
});

it("writers do not wait for one that does not give the lock back", async () => {
  const holder = bareSession(database);
  await run(holder, "BEGIN IMMEDIATE");
  const others = await Promise.allSettled(Array.from({ length: 3 }, write));
  const refused = { status: "rejected", reason: { code: "SQLITE_BUSY" } };
  expect(others).toMatchObject([refused, refused, refused]);
  await run(holder, "COMMIT");
  holder.close();
});
