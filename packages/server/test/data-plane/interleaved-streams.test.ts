import { describe, expect, it } from "vitest";
import { execute, run, values } from "../support/hrana.ts";
import { type TestDatabase, useServer } from "../support/server.ts";
import { TestStream } from "../support/stream.ts";

// One engine process with one connection to be passed on, so that streams could meet in it.
const server = useServer({
  engineProcesses: 1,
  patience: { transaction: 200 },
  limits: { responseRows: 100 },
});

async function withTables(...sql: readonly string[]): Promise<TestDatabase> {
  const database = await server.createDatabase();
  for (const each of ["CREATE TABLE t (a)", "INSERT INTO t VALUES (7)", ...sql]) {
    await run(database, each);
  }
  return database;
}

async function rowsOf(database: TestDatabase): Promise<unknown> {
  return values(await run(database, "SELECT a FROM t")).flat();
}

const isOpen = { type: "get_autocommit" };

describe("a transaction that a foreign key keeps from its end", () => {
  const keys = [
    "CREATE TABLE p (id INTEGER PRIMARY KEY)",
    "CREATE TABLE q (pid REFERENCES p DEFERRABLE INITIALLY DEFERRED)",
  ];

  it.each([
    ["COMMIT", ["BEGIN"], "COMMIT"],
    ["END", ["BEGIN IMMEDIATE"], "END TRANSACTION; -- of it"],
    ["RELEASE", ["SAVEPOINT one"], "RELEASE one"],
  ])("does not keep its connection at what it saw: with %s", async (_, begin, end) => {
    const database = await withTables(...keys);
    const stream = new TestStream(database);
    const sent = await stream.send(...begin, "INSERT INTO q VALUES (99)", end, isOpen, "ROLLBACK");
    expect(sent).toMatchObject([
      {},
      { affected_row_count: 1 },
      { code: "SQLITE_CONSTRAINT" },
      { is_autocommit: false },
      {},
    ]);
    expect(await run(database, "INSERT INTO t VALUES (8)")).toMatchObject({
      affected_row_count: 1,
    });
    expect(values((await stream.send("SELECT a FROM t"))[0]).flat()).toEqual(["7", "8"]);
    expect(await stream.send("INSERT INTO t VALUES (9)", "DROP TABLE q")).toMatchObject([
      { affected_row_count: 1 },
      {},
    ]);
    await stream.close();
    expect(await rowsOf(database)).toEqual(["7", "8", "9"]);
  });

  it("may be ended once its rows are right", async () => {
    const database = await withTables(...keys);
    const stream = new TestStream(database);
    await stream.send("BEGIN", "INSERT INTO q VALUES (99)", "COMMIT");
    await stream.send("INSERT INTO p VALUES (99)", "COMMIT", { type: "close" });
    expect(values(await run(database, "SELECT pid FROM q"))).toEqual([["99"]]);
  });
});

describe("a writer that lost its transaction", () => {
  const steps = (...all: readonly unknown[]) => ({ type: "batch", batch: { steps: all } });
  const step = (sql: string, condition?: unknown) => ({ stmt: { sql }, condition });

  it("has none of the rest of its batch run, whatever it depends on", async () => {
    const database = await withTables();
    const stream = new TestStream(database);
    await stream.send("BEGIN IMMEDIATE", "INSERT INTO t VALUES (0)");
    await run(database, "INSERT INTO t VALUES (8)");
    const [batch] = await stream.send(
      steps(
        step("SELECT 1"),
        step("INSERT INTO t VALUES (1)"),
        step("INSERT INTO t VALUES (2)", { type: "is_autocommit" }),
        step("COMMIT", { type: "not", cond: { type: "error", step: 0 } }),
      ),
    );
    const lost = expect.objectContaining({ code: "TRANSACTION_TIMEOUT" });
    expect(batch).toMatchObject({
      step_results: [null, null, null, null],
      step_errors: [lost, lost, lost, lost],
    });
    await stream.close();
    expect(await rowsOf(database)).toEqual(["7", "8"]);
  });

  it("is told so by the next statement, and not by a description", async () => {
    const database = await withTables();
    const stream = new TestStream(database);
    await stream.send("BEGIN IMMEDIATE", "INSERT INTO t VALUES (0)");
    await run(database, "INSERT INTO t VALUES (8)");
    const sent = await stream.send({ type: "describe", sql: "SELECT 1" }, isOpen, "SELECT 1");
    expect(sent).toMatchObject([
      { is_readonly: true },
      { is_autocommit: true },
      { code: "TRANSACTION_TIMEOUT" },
    ]);
    await stream.close();
  });
});

describe("a transaction that did not get to write", () => {
  it.each([
    ["a write that came too late", "full-access", "INSERT INTO t VALUES (1)"],
    ["a token that may only read", "read-only", "INSERT INTO t VALUES (1)"],
    ["EXPLAIN", "full-access", "EXPLAIN QUERY PLAN DELETE FROM t"],
    ["a pragma", "full-access", "PRAGMA journal_mode"],
  ] as const)("leaves the columns of others alone: with %s", async (_, access, attempt) => {
    const database = await withTables();
    const stream = new TestStream(
      database,
      await server.mint(database.name, `?authorization=${access}`),
    );
    await stream.send("BEGIN", "SELECT * FROM t");
    await run(database, "ALTER TABLE t ADD COLUMN b DEFAULT 'new'");
    await stream.send(attempt, "ROLLBACK", { type: "close" });
    const result = await run(database, "SELECT * FROM t");
    expect(result).toMatchObject({ cols: [{ name: "a" }, { name: "b" }] });
    expect(values(result)).toEqual([["7", "new"]]);
  });

  it.each(["EXPLAIN INSERT INTO t VALUES (1)", "PRAGMA journal_mode"])(
    "keeps what it sees while others wait for each other: with %s",
    async (sql) => {
      const database = await withTables();
      const [reader, writer] = [new TestStream(database), new TestStream(database)];
      await reader.send("BEGIN", "SELECT a FROM t", { type: "sequence", sql });
      await new Promise((resolve) => setTimeout(resolve, 250));
      await writer.send("BEGIN IMMEDIATE");
      await run(database, "INSERT INTO t VALUES (8)");
      expect(values((await reader.send("SELECT a FROM t"))[0])).toEqual([["7"]]);
      await Promise.all([reader.close(), writer.close()]);
    },
  );
});

describe("the first write of a transaction", () => {
  const blob = [{ type: "blob", base64: "AAH/" }];
  const backslash = [{ type: "text", value: "a\\b" }];

  it.each([
    ["a blob", "INSERT INTO t VALUES (2)", execute("INSERT INTO t VALUES (?)", blob)],
    ["a backslash", "INSERT INTO t VALUES (2)", execute("INSERT INTO t VALUES (?)", backslash)],
    ["another schema", "CREATE TABLE u (a)", execute("INSERT INTO t VALUES (1)")],
  ])("waits for the one that is at work, and finds its rows: with %s", async (_, first, write) => {
    const database = await withTables();
    const [one, other] = [new TestStream(database), new TestStream(database)];
    await one.send("BEGIN");
    await other.send("BEGIN IMMEDIATE", first);
    const written = one.send(write, isOpen);
    await other.send("COMMIT", { type: "close" });
    expect(await written).toMatchObject([{ affected_row_count: 1 }, { is_autocommit: false }]);
    expect(await one.send("COMMIT", { type: "close" })).toMatchObject([{}, {}]);
  });

  it("is not kept from the last state by a description", async () => {
    const database = await withTables();
    const stream = new TestStream(database);
    await stream.send("BEGIN");
    await run(database, "CREATE TABLE u (a)");
    await stream.send({ type: "describe", sql: "SELECT * FROM u" });
    await run(database, "INSERT INTO u VALUES (1)");
    expect(await stream.send("INSERT INTO u VALUES (2)", "COMMIT")).toMatchObject([
      { affected_row_count: 1 },
      {},
    ]);
    await stream.close();
  });

  it("keeps odd texts readable for those that come after it", async () => {
    const database = await withTables();
    const stream = new TestStream(database);
    const text = [{ type: "text", value: "a\0b" }];
    await stream.send("BEGIN", execute("INSERT INTO t VALUES (?)", text), "COMMIT");
    await stream.close();
    expect(await rowsOf(database)).toEqual(["7", "a\0b"]);
  });
});

describe("a write that returns more rows than a reply may have", () => {
  it.each([
    ["in a transaction", ["BEGIN"], 300, { is_autocommit: false }],
    ["in a savepoint", ["SAVEPOINT one"], 300, { is_autocommit: false }],
    ["by itself", [], 300, { is_autocommit: true }],
    ["by itself, with one too many", [], 101, { is_autocommit: true }],
  ])("stays written, and its transaction as it is: %s", async (_, begin, count, after) => {
    const database = await withTables();
    const stream = new TestStream(database);
    const write = `INSERT INTO t SELECT value FROM generate_series(1, ${count}) RETURNING a`;
    const sent = await stream.send(...begin, write, isOpen, "SELECT count(*) FROM t");
    const [error, state, counted] = sent.slice(begin.length);
    expect([error, state]).toMatchObject([{ code: "RESPONSE_TOO_LARGE" }, after]);
    expect(values(counted)).toEqual([[String(count + 1)]]);
    await stream.close();
  });
});
