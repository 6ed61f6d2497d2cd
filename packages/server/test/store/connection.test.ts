import { fileURLToPath } from "node:url";
import Database from "libsql";
import { expect, onTestFinished, test } from "vitest";
import { type Connection, openConnection } from "../../src/store/connection.ts";
import { temporaryUrl } from "./harness.ts";

const insert = { sql: "INSERT INTO t VALUES (?)", params: ["own"] };
const returning = { sql: "INSERT INTO t VALUES (?) RETURNING a", params: ["own"] };
const all = { sql: "SELECT a FROM t ORDER BY a", params: [] };

/** A store's connection, and another program with the same file. */
async function opened(): Promise<{ connection: Connection; other: Database.Database }> {
  const url = await temporaryUrl();
  const connection = openConnection(url, { timeout: 20 });
  connection.configure("PRAGMA journal_mode = WAL");
  connection.configure("CREATE TABLE t (a UNIQUE)");
  const other = new Database(fileURLToPath(url));
  onTestFinished(() => {
    connection.close();
    other.close();
  });
  return { connection, other };
}

test.each([
  ["a write", (connection: Connection) => connection.execute(insert)],
  ["a write that returns rows", (connection: Connection) => connection.execute(returning)],
  ["a batch", (connection: Connection) => connection.batch([insert, all])],
])("%s that found the store busy spoils nothing that comes after it", async (_, write) => {
  const { connection, other } = await opened();
  other.exec("BEGIN IMMEDIATE; INSERT INTO t VALUES ('other')");
  expect(() => write(connection)).toThrow("database is locked");
  expect(connection.execute(all).rows).toEqual([]);
  other.exec("COMMIT");
  expect(connection.execute(all).rows).toEqual([["other"]]);
  write(connection);
  expect(other.prepare(all.sql).all()).toEqual([{ a: "other" }, { a: "own" }]);
  other.exec("INSERT INTO t VALUES ('third')");
  expect(connection.execute(all).rows).toEqual([["other"], ["own"], ["third"]]);
});

test("of a batch that fails, nothing is kept, and the connection goes on", async () => {
  const { connection } = await opened();
  expect(() => connection.batch([insert, insert])).toThrow("UNIQUE constraint failed: t.a");
  expect(connection.execute(all).rows).toEqual([]);
  expect(connection.batch([insert, all])).toEqual([{ rows: [] }, { rows: [["own"]] }]);
  expect(() => connection.execute(returning)).toThrow("UNIQUE constraint failed");
  expect(connection.execute(all).rows).toEqual([["own"]]);
});
