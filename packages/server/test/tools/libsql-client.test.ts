import { type Client, createClient, LibsqlError } from "@libsql/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestServer } from "../support/server.ts";

describe.each(["http", "ws"])("@libsql/client with %s URLs", (scheme) => {
  let server: TestServer;
  const clients: Client[] = [];
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await server.stop();
  });

  function open(url: string, authToken: string, intMode: "bigint" | "number" = "number") {
    const client = createClient({ url: url.replace(/^http/, scheme), authToken, intMode });
    clients.push(client);
    return client;
  }

  async function connect() {
    const database = await server.createDatabase();
    return open(database.url, database.token, "bigint");
  }

  it("writes and reads every type of value", async () => {
    const client = await connect();
    await client.execute("CREATE TABLE t (i INTEGER, r REAL, s TEXT, b BLOB, n)");
    const values = [9_223_372_036_854_775_807n, 1.5, "ünï 🦀", new Uint8Array([0, 255]), null];
    const written = await client.execute({
      sql: "INSERT INTO t VALUES (?, ?, ?, ?, ?)",
      args: values,
    });
    expect(written.rowsAffected).toBe(1);
    expect(written.lastInsertRowid).toBe(1n);

    const { columns, columnTypes, rows } = await client.execute("SELECT * FROM t");
    expect(columns).toEqual(["i", "r", "s", "b", "n"]);
    expect(columnTypes).toEqual(["INTEGER", "REAL", "TEXT", "BLOB", ""]);
    const [row] = rows;
    expect(row?.["i"]).toBe(9_223_372_036_854_775_807n);
    expect(row?.["r"]).toBe(1.5);
    expect(row?.["s"]).toBe("ünï 🦀");
    expect(new Uint8Array(row?.["b"] as ArrayBuffer)).toEqual(new Uint8Array([0, 255]));
    expect(row?.["n"]).toBeNull();
  });

  it("takes named arguments with any prefix", async () => {
    const client = await connect();
    const { rows } = await client.execute({
      sql: "SELECT :a AS a, @b AS b, $c AS c, :a AS again",
      args: { a: 1n, b: "two", c: null },
    });
    expect({ ...rows[0] }).toEqual({ a: 1n, b: "two", c: null, again: 1n });
  });

  it("runs a batch as one transaction, which a failure undoes", async () => {
    const client = await connect();
    await client.batch(["CREATE TABLE t (a PRIMARY KEY)", "INSERT INTO t VALUES (1)"], "write");
    const failing = client.batch(["INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (1)"], "write");
    await expect(failing).rejects.toThrow(LibsqlError);
    await expect(failing).rejects.toMatchObject({ code: "SQLITE_CONSTRAINT" });
    const { rows } = await client.execute("SELECT a FROM t");
    expect(rows.map((row) => row["a"])).toEqual([1n]);
  });

  it("runs an interactive transaction, seen by others only after its commit", async () => {
    const client = await connect();
    await client.execute("CREATE TABLE t (a)");
    const transaction = await client.transaction("write");
    await transaction.execute("INSERT INTO t VALUES (1)");
    expect((await client.execute("SELECT count(*) AS n FROM t")).rows[0]?.["n"]).toBe(0n);
    await transaction.commit();
    expect((await client.execute("SELECT count(*) AS n FROM t")).rows[0]?.["n"]).toBe(1n);
  });

  it("undoes an interactive transaction that is rolled back or closed", async () => {
    const client = await connect();
    await client.execute("CREATE TABLE t (a)");
    const rolledBack = await client.transaction("write");
    await rolledBack.execute("INSERT INTO t VALUES (1)");
    await rolledBack.rollback();
    const closed = await client.transaction("write");
    await closed.execute("INSERT INTO t VALUES (2)");
    closed.close();
    expect((await client.execute("SELECT count(*) AS n FROM t")).rows[0]?.["n"]).toBe(0n);
  });

  it("runs many statements at once, triggers included", async () => {
    const client = await connect();
    await client.executeMultiple(`
      CREATE TABLE t (a); CREATE TABLE log (a);
      CREATE TRIGGER record AFTER INSERT ON t BEGIN
        INSERT INTO log VALUES (new.a); INSERT INTO log VALUES (new.a || ';');
      END;
      INSERT INTO t VALUES ('x');
    `);
    const { rows } = await client.execute("SELECT a FROM log ORDER BY rowid");
    expect(rows.map((row) => row["a"])).toEqual(["x", "x;"]);
  });

  it("migrates with foreign keys off, and leaves them on", async () => {
    const client = await connect();
    await client.migrate(["CREATE TABLE p (id PRIMARY KEY)", "CREATE TABLE c (p REFERENCES p)"]);
    await expect(client.execute("INSERT INTO c VALUES (1)")).rejects.toMatchObject({
      code: "SQLITE_CONSTRAINT",
    });
  });

  it("reports what is wrong with a statement", async () => {
    const client = await connect();
    await expect(client.execute("SELEC 1")).rejects.toMatchObject({ code: "SQL_PARSE_ERROR" });
    await expect(client.execute("SELECT * FROM nowhere")).rejects.toThrow("no such table: nowhere");
    await expect(client.execute("SELECT 1; SELECT 2")).rejects.toMatchObject({
      code: "SQL_MANY_STATEMENTS",
    });
    await expect(client.execute({ sql: "SELECT ?", args: [] })).rejects.toMatchObject({
      code: "ARGS_INVALID",
    });
  });

  it("is refused once its token is invalidated, an open transaction included", async () => {
    const database = await server.createDatabase();
    const client = open(database.url, database.token);
    const transaction = await client.transaction("write");
    await transaction.execute("CREATE TABLE t (a)");
    await server.must("POST", `/databases/${database.name}/auth/rotate`);

    await expect(client.execute("SELECT 1")).rejects.toMatchObject({ code: "AUTH_JWT_INVALID" });
    await expect(transaction.commit()).rejects.toThrow();
    const renewed = open(database.url, await server.mint(database.name));
    const tables = await renewed.execute("SELECT count(*) AS n FROM sqlite_schema");
    expect(tables.rows[0]?.["n"]).toBe(0);
  });

  it("reads, and nothing else, with a read-only token", async () => {
    const database = await server.createDatabase();
    const writer = open(database.url, database.token);
    await writer.execute("CREATE TABLE t (a)");
    const authToken = await server.mint(database.name, "?authorization=read-only");
    const reader = open(database.url, authToken);

    expect((await reader.execute("SELECT count(*) AS n FROM t")).rows[0]?.["n"]).toBe(0);
    for (const sql of [
      "INSERT INTO t VALUES (1)",
      "DELETE FROM t",
      "DROP TABLE t",
      "CREATE TABLE u (a)",
      "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
      "PRAGMA user_version = 7",
      "BEGIN IMMEDIATE",
    ]) {
      await expect(reader.execute(sql), sql).rejects.toThrow();
    }
    await expect(reader.execute("PRAGMA query_only = 0")).rejects.toThrow();
    await expect(reader.execute("INSERT INTO t VALUES (1)")).rejects.toMatchObject({
      code: "SQLITE_READONLY",
    });
    expect((await writer.execute("SELECT count(*) AS n FROM t")).rows[0]?.["n"]).toBe(0);
  });
});
