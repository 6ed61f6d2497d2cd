import { BatchCond, type Client, openHttp, openWs } from "@libsql/hrana-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestServer } from "../support/server.ts";

/** The client below `@libsql/client`; it asks for version 3, and for Protobuf where that is spoken. */
describe.each(["http", "ws"])("@libsql/hrana-client with %s URLs, version 3", (scheme) => {
  let server: TestServer;
  const clients: Client[] = [];
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await server.stop();
  });

  async function connect() {
    const database = await server.createDatabase();
    const url = database.url.replace(/^http/, scheme);
    const client =
      scheme === "http"
        ? openHttp(url, database.token, undefined, undefined, 3)
        : openWs(url, database.token, 3);
    clients.push(client);
    client.intMode = "bigint";
    expect(await client.getVersion()).toBe(3);
    return client;
  }

  it("writes and reads every type of value", async () => {
    const stream = (await connect()).openStream();
    const values = [
      null,
      9_223_372_036_854_775_807n,
      -9_223_372_036_854_775_808n,
      0n,
      -0,
      0.1,
      "",
      "ünï 🦀",
      new ArrayBuffer(0),
      new Uint8Array([0, 255]).buffer,
    ];
    const sql = `SELECT ${values.map(() => "?").join()}, -9e999`;
    const result = await stream.query([sql, values]);
    expect(Array.from(result.rows[0] ?? [])).toEqual([...values, -Infinity]);
    stream.close();
  });

  it("tells columns, counters and row ids", async () => {
    const stream = (await connect()).openStream();
    await stream.run("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)");
    const inserted = await stream.run("INSERT INTO t VALUES (-9007199254740993, 'x'), (5, 'y')");
    expect(inserted).toMatchObject({ affectedRowCount: 2, lastInsertRowid: 5n });
    const negative = await stream.run("INSERT INTO t VALUES (-9007199254740995, 'z')");
    expect(negative.lastInsertRowid).toBe(-9007199254740995n);
    const { columnNames, columnDecltypes } = await stream.query("SELECT a, b, 1 AS a FROM t");
    expect(columnNames).toEqual(["a", "b", "a"]);
    expect(columnDecltypes).toEqual(["INTEGER", "TEXT", undefined]);
    stream.close();
  });

  // With a cursor, which version 3 has, and without.
  it.each([true, false])(
    "runs a batch whose steps depend on each other, cursor %s",
    async (useCursor) => {
      const stream = (await connect()).openStream();
      const batch = stream.batch(useCursor);
      const good = batch.step();
      const one = good.query("SELECT 1 AS one UNION ALL SELECT 2");
      const bad = batch.step();
      const failed = bad.run("SELECT broken").catch((error: Error) => error.message);
      const after = (condition: BatchCond) => batch.step().condition(condition).query("SELECT 3");
      const outcomes = [
        after(BatchCond.ok(good)),
        after(BatchCond.ok(bad)),
        after(BatchCond.error(bad)),
        after(BatchCond.not(BatchCond.ok(good))),
        after(BatchCond.and(batch, [BatchCond.ok(good), BatchCond.isAutocommit(batch)])),
        after(BatchCond.or(batch, [])),
      ];
      await batch.execute();
      expect((await one)?.rows.map((row) => row["one"])).toEqual([1n, 2n]);
      expect(await failed).toContain("no such column: broken");
      const ran = (await Promise.all(outcomes)).map((outcome) => outcome !== undefined);
      expect(ran).toEqual([true, false, true, false, true, false]);
      stream.close();
    },
  );

  it("reads more through a cursor than one answer holds", async () => {
    const stream = (await connect()).openStream();
    const batch = stream.batch(true);
    const rows = batch
      .step()
      .query("SELECT value, hex(zeroblob(1000)) FROM generate_series(1, 3000)");
    await batch.execute();
    expect((await rows)?.rows.map((row) => row[0])).toEqual(
      Array.from({ length: 3_000 }, (_, index) => BigInt(index + 1)),
    );
    expect((await stream.queryValue("SELECT 1")).value).toBe(1n);
    stream.close();
  });

  it("describes statements, keeps texts, runs sequences, tells of autocommit", async () => {
    const stream = (await connect()).openStream();
    const description = await stream.describe("SELECT :a AS x, ?");
    expect(description.paramNames).toEqual([":a", undefined]);
    expect(description).toMatchObject({ isExplain: false, isReadonly: true });
    expect(description.columns.map((column) => column.name)).toEqual(["x", "?"]);

    const owner = scheme === "http" ? stream : stream.client();
    if (!("storeSql" in owner)) throw new Error("This client stores no texts");
    const sql = owner.storeSql("SELECT 7");
    const value = stream.queryValue(sql);
    sql.close();
    expect((await value).value).toBe(7n);

    await stream.sequence("CREATE TABLE t (a); BEGIN; INSERT INTO t VALUES (1)");
    expect(await stream.getAutocommit()).toBe(false);
    await stream.run("ROLLBACK");
    expect(await stream.getAutocommit()).toBe(true);
    await expect(stream.sequence("SELECT 1; SELECT broken")).rejects.toMatchObject({
      code: "SQL_INPUT_ERROR",
    });
    stream.close();
  });

  it("takes named arguments, and tells which are wrong", async () => {
    const stream = (await connect()).openStream();
    const { row } = await stream.queryRow(["SELECT :a, @b", { a: 1n, "@b": null }]);
    expect(Array.from(row ?? [])).toEqual([1n, null]);
    await expect(stream.query(["SELECT ?", []])).rejects.toMatchObject({ code: "ARGS_INVALID" });
    stream.close();
  });
});
