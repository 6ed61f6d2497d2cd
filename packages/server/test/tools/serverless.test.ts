import { connect } from "@tursodatabase/serverless";
import { describe, expect, it } from "vitest";
import { useServer } from "../support/server.ts";

describe("@tursodatabase/serverless", () => {
  const server = useServer();

  async function open() {
    const database = await server.createDatabase();
    return connect({ url: database.url, authToken: database.token });
  }

  it("runs, gets and reads all", async () => {
    const connection = await open();
    await connection.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
    const insert = await connection.prepare("INSERT INTO t (name) VALUES (?)");
    const done = await insert.run(["one"]);
    expect(done).toMatchObject({ changes: 1, lastInsertRowid: 1 });
    await insert.run(["two"]);
    const select = await connection.prepare("SELECT id, name FROM t ORDER BY id");
    expect(await select.get()).toMatchObject({ id: 1, name: "one" });
    expect(await select.all()).toMatchObject([
      { id: 1, name: "one" },
      { id: 2, name: "two" },
    ]);
  });

  it("iterates over rows", async () => {
    const connection = await open();
    const statement = await connection.prepare("SELECT value FROM generate_series(1, 5)");
    const seen: unknown[] = [];
    for await (const row of statement.iterate()) seen.push(row.value);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it("runs a batch", async () => {
    const connection = await open();
    await connection.batch([
      "CREATE TABLE t (a)",
      "INSERT INTO t VALUES (1)",
      "INSERT INTO t VALUES (2)",
    ]);
    const statement = await connection.prepare("SELECT count(*) AS n FROM t");
    expect(await statement.get()).toMatchObject({ n: 2 });
  });

  it("keeps or undoes a transaction", async () => {
    const connection = await open();
    await connection.exec("CREATE TABLE t (a)");
    const insert = await connection.prepare("INSERT INTO t VALUES (?)");
    const keep = connection.transaction(async (value: number) => {
      await insert.run([value]);
    });
    await keep(1);
    const fail = connection.transaction(async () => {
      await insert.run([2]);
      throw new Error("changed my mind");
    });
    await expect(fail()).rejects.toThrow("changed my mind");
    const statement = await connection.prepare("SELECT a FROM t");
    expect(await statement.all()).toMatchObject([{ a: 1 }]);
  });

  it("reports what is wrong with a statement", async () => {
    const connection = await open();
    const statement = await connection.prepare("SELECT 1");
    await statement.get();
    await expect(connection.exec("SELECT * FROM nowhere")).rejects.toThrow("no such table");
  });
});
