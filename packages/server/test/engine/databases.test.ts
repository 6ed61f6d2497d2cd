import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Databases } from "../../src/engine-process/database/databases.ts";
import { Durability } from "../../src/engine-process/files/durability.ts";
import { createDatabaseFile } from "../../src/engine/files/create-database-file.ts";
import { databasePath } from "../../src/engine/wire/database-path.ts";
import { markOwnFile } from "../../src/engine/wire/own-file.ts";
import { defaultLimits } from "../../src/options/limits.ts";

let directory: string;
let databases: Databases;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "logicaldb-databases-"));
  databases = new Databases(
    {
      directory,
      incarnation: 1,
      watchTime: 0,
      processes: 1,
      statementTimeout: 1_000,
      synchronous: "normal",
      openDatabases: 2,
      limits: defaultLimits,
      streamIdleTimeout: 1_000,
      transactionTimeout: 1_000,
    },
    new Durability("normal"),
  );
  for (const id of ["a", "b", "c", "d"]) {
    const path = databasePath(directory, id);
    mkdirSync(dirname(path));
    createDatabaseFile(path, markOwnFile);
  }
});
afterEach(() => {
  databases.closeAll();
  rmSync(directory, { recursive: true });
});

it("a database that somebody uses is not opened a second time, however many others are", () => {
  const used = databases.get("a");
  const connection = used.acquire(false);
  for (const id of ["b", "c", "d", "b"]) databases.get(id);
  expect(databases.get("a")).toBe(used);
  for (const id of ["b", "c", "d"]) databases.get(id);
  expect(databases.openOne("a")).toBe(used);
  used.release(connection);
  for (const id of ["b", "c", "d", "b"]) databases.get(id);
  expect(databases.get("a")).not.toBe(used);
});

it("a database that is closed while it is used is opened anew", () => {
  const used = databases.get("a");
  const connection = used.acquire(false);
  for (const id of ["b", "c", "d"]) databases.get(id);
  databases.close("a");
  expect(databases.get("a")).not.toBe(used);
  used.release(connection);
});
