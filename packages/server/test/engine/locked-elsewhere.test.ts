import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDatabaseFile } from "../../src/engine/files/create-database-file.ts";
import { Database } from "../../src/engine-process/database/database.ts";
import { Durability } from "../../src/engine-process/files/durability.ts";
import type { DatabaseSession } from "../../src/engine-process/statements/session.ts";
import { markOwnFile } from "../../src/engine/wire/own-file.ts";
import { noArguments } from "../../src/hrana/session.ts";
import { defaultLimits } from "../../src/options/limits.ts";
import { bareSession, noRows } from "../support/bare-session.ts";

describe("a statement that found the database locked by another program, and was given up", () => {
  let directory: string;
  let other: InstanceType<typeof Sqlite>;
  let database: Database;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "logicaldb-locked-"));
    const path = join(directory, "database.db");
    createDatabaseFile(path, `${markOwnFile}; CREATE TABLE t (a)`);
    other = new Sqlite(path, { timeout: 0 });
    const settings = { transactionTimeout: 5_000, limits: defaultLimits };
    database = new Database({ id: "locked", path }, settings, new Durability("normal"));
  });
  afterEach(async () => {
    database.close();
    other.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** Runs a statement that must have nothing to wait for. */
  function run(on: DatabaseSession, sql: string): void {
    expect(on.execute(sql, noArguments, noRows).next().done).toBe(true);
  }

  /** Begins a statement that has to wait, and gives it up. */
  function giveUp(on: DatabaseSession, sql: string): void {
    const steps = on.execute(sql, noArguments, noRows);
    expect(steps.next().done).toBe(false);
    steps.throw(new Error("given up"));
  }

  const seen = () => other.prepare("SELECT a FROM t ORDER BY a").pluck().all();

  it.each([
    "INSERT INTO t VALUES (1)",
    "INSERT INTO t VALUES (1) RETURNING a",
    "CREATE TABLE u (a)",
    "BEGIN IMMEDIATE",
    "PRAGMA user_version = 1",
  ])("keeps no later commit back: %s", (sql) => {
    const first = bareSession(database);
    other.exec("BEGIN IMMEDIATE");
    expect(() => giveUp(first, sql)).toThrow("given up");
    other.exec("ROLLBACK");
    run(first, "INSERT INTO t VALUES (2)");
    first.close();
    run(bareSession(database), "INSERT INTO t VALUES (3)");
    expect(seen()).toEqual([2, 3]);
    other.exec("BEGIN IMMEDIATE; ROLLBACK");
  });

  it("keeps its own transaction from nothing", () => {
    const first = bareSession(database);
    run(first, "BEGIN");
    run(first, "SELECT * FROM t");
    other.exec("BEGIN IMMEDIATE");
    expect(() => giveUp(first, "INSERT INTO t VALUES (1)")).toThrow("given up");
    other.exec("ROLLBACK");
    run(first, "INSERT INTO t VALUES (2)");
    run(first, "COMMIT");
    expect(seen()).toEqual([2]);
  });

  it("keeps no snapshot that another writer has overtaken", () => {
    const first = bareSession(database);
    run(first, "BEGIN");
    run(first, "SELECT * FROM t");
    other.exec("INSERT INTO t VALUES (1)");
    expect(() => run(first, "INSERT INTO t VALUES (2)")).toThrow("database is locked");
    first.close();
    const next = bareSession(database);
    const rows: unknown[] = [];
    const sink = { ...noRows, row: (values: readonly unknown[]) => rows.push(...values) };
    expect(next.execute("SELECT a FROM t", noArguments, sink).next().done).toBe(true);
    expect(rows).toEqual([1n]);
    run(next, "INSERT INTO t VALUES (3)");
    expect(seen()).toEqual([1, 3]);
  });

  it("is not run later, either", () => {
    const first = bareSession(database);
    other.exec("BEGIN IMMEDIATE");
    expect(() => giveUp(first, "INSERT INTO t VALUES (1)")).toThrow("given up");
    other.exec("ROLLBACK");
    first.close();
    expect(seen()).toEqual([]);
  });
});
