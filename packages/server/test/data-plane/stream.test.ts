import { describe, expect, it } from "vitest";
import { execute, pipeline, run, values } from "../support/hrana.ts";
import { useDatabase, useServer } from "../support/server.ts";

const server = useServer();
const database = useDatabase(server);

it("a failure that the binding has no name for is the statement's, and leaves the transaction open", async () => {
  await run(database, "CREATE TABLE strict (a INTEGER) STRICT");
  const { body } = await pipeline(database, [
    execute("BEGIN"),
    execute("INSERT INTO strict VALUES (1)"),
    execute("INSERT INTO strict VALUES ('abc')"),
    execute("SELECT 1 ORDER BY 1 COLLATE nope"),
    execute("COMMIT"),
    { type: "close" },
  ]);
  expect(body.results).toMatchObject([
    { type: "ok" },
    { type: "ok" },
    { error: { code: "SQLITE_CONSTRAINT", message: expect.stringContaining("cannot store TEXT") } },
    { error: { message: expect.stringContaining("no such collation sequence") } },
    { type: "ok" },
    { type: "ok" },
  ]);
  expect(values(await run(database, "SELECT a FROM strict"))).toEqual([["1"]]);
});

describe("a stream", () => {
  it("gives a new baton with each answer, which works once", async () => {
    const first = await pipeline(database, [execute("SELECT 1")]);
    const second = await pipeline(database, [execute("SELECT 2")], { baton: first.body.baton });
    expect(second.status).toBe(200);
    expect(second.body.baton).not.toBe(first.body.baton);
    const again = await pipeline(database, [execute("SELECT 2")], { baton: first.body.baton });
    expect(again).toMatchObject({ status: 400, body: { code: "BATON_REUSED" } });
  });

  it("ends with close", async () => {
    const { body } = await pipeline(database, [execute("SELECT 1")]);
    const closed = await pipeline(database, [{ type: "close" }], { baton: body.baton });
    expect(closed.body.baton).toBeNull();
    const late = await pipeline(database, [execute("SELECT 1")], { baton: body.baton });
    expect(late).toMatchObject({
      status: 400,
      body: { code: "BATON_INVALID", message: expect.stringContaining("open a new one") },
    });
  });

  it("is not closed before the end of a pipeline, which is refused as a whole", async () => {
    await run(database, "CREATE TABLE unclosed (a)");
    const { body } = await pipeline(database, [execute("SELECT 1")]);
    const insert = execute("INSERT INTO unclosed VALUES (1)");
    const close = { type: "close" };
    for (const requests of [
      [insert, close, insert],
      [close, close],
    ]) {
      const refused = await pipeline(database, requests, { baton: body.baton });
      expect(refused).toMatchObject({ status: 400, body: { code: "STREAM_CLOSED" } });
    }
    const count = [execute("SELECT count(*) FROM unclosed")];
    const { body: after } = await pipeline(database, count, { baton: body.baton });
    expect(values(after.results[0].response.result)).toEqual([["0"]]);
  });

  it.each(["", "x", "1.2.3", "999999999.AAAA.1", `1.${"A".repeat(22)}.1`])(
    "refuses the invented baton %j",
    async (baton) => {
      expect(await pipeline(database, [execute("SELECT 1")], { baton })).toMatchObject({
        status: 400,
      });
    },
  );

  it("cannot be used from another database", async () => {
    const other = await server.createDatabase();
    const { body } = await pipeline(database, [execute("SELECT 1")]);
    const stolen = await pipeline(other, [execute("SELECT 1")], { baton: body.baton });
    expect(stolen.status).toBe(400);
  });

  it("is gone, with its transaction, when the database is destroyed", async () => {
    const doomed = await server.createDatabase();
    const { body } = await pipeline(doomed, [
      execute("BEGIN IMMEDIATE"),
      execute("CREATE TABLE t (a)"),
    ]);
    await server.must("DELETE", `/databases/${doomed.name}`);
    const after = await pipeline(doomed, [execute("COMMIT")], { baton: body.baton });
    expect(after).toMatchObject({ status: 404, body: { code: "DATABASE_NOT_FOUND" } });
  });

  it("takes the rights of the token of each request", async () => {
    await run(database, "CREATE TABLE guarded (a)");
    const readOnly = await server.mint(database.name, "?authorization=read-only");
    const { body } = await pipeline(database, [execute("INSERT INTO guarded VALUES (1)")]);
    const refused = await pipeline(database, [execute("INSERT INTO guarded VALUES (2)")], {
      baton: body.baton,
      token: readOnly,
    });
    expect(refused.body.results[0]).toMatchObject({ error: { code: "SQLITE_READONLY" } });
    const allowed = await pipeline(database, [execute("INSERT INTO guarded VALUES (3)")], {
      baton: refused.body.baton,
    });
    expect(allowed.body.results[0].type).toBe("ok");
  });

  it("leaves nothing of its connection to the next one", async () => {
    await run(database, "CREATE TABLE parent (id PRIMARY KEY); ");
    await run(database, "CREATE TABLE child (p REFERENCES parent)");
    await pipeline(database, [execute("PRAGMA foreign_keys = off"), { type: "close" }]);
    expect(await run(database, "INSERT INTO child VALUES (1)")).toMatchObject({
      code: "SQLITE_CONSTRAINT",
    });
    await run(database, "INSERT INTO parent VALUES (1)");
    const state = await run(database, "SELECT changes(), last_insert_rowid()");
    expect(values(state)).toEqual([["0", "0"]]);
    await pipeline(database, [execute("BEGIN"), { type: "close" }]);
    expect(
      (await pipeline(database, [{ type: "get_autocommit" }])).body.results[0].response
        .is_autocommit,
    ).toBe(true);
  });

  it("lets another writer wait for its commit", async () => {
    await run(database, "CREATE TABLE waited (a)");
    const { body } = await pipeline(database, [
      execute("BEGIN IMMEDIATE"),
      execute("INSERT INTO waited VALUES (1)"),
    ]);
    const waiting = run(database, "INSERT INTO waited VALUES (2)");
    const read = await run(database, "SELECT count(*) FROM waited");
    expect(values(read)).toEqual([["0"]]);
    await pipeline(database, [execute("COMMIT"), { type: "close" }], { baton: body.baton });
    expect(await waiting).toMatchObject({ affected_row_count: 1 });
    expect(values(await run(database, "SELECT count(*) FROM waited"))).toEqual([["2"]]);
  });
});
