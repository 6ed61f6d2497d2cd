import { beforeAll, describe, expect, it } from "vitest";
import { execute, pipeline, run, values } from "../support/hrana.ts";
import { useDatabase, useServer } from "../support/server.ts";

const server = useServer({ engineProcesses: 2, limits: { responseRows: 2_000 } });
const database = useDatabase(server);
beforeAll(async () => {
  await run(database, "CREATE TABLE wide (id INTEGER PRIMARY KEY, name TEXT, price REAL, extra)");
  await run(
    database,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
     INSERT INTO wide SELECT i, 'name ' || i, i / 7.0, iif(i % 3, NULL, json_array(i)) FROM n`,
  );
  await run(
    database,
    "CREATE VIEW mixed AS SELECT price FROM wide WHERE id < 10 UNION ALL SELECT id FROM wide WHERE id >= 10",
  );
  await run(database, "CREATE TABLE computed (a, b REAL AS (a AND 1))");
  await run(database, "INSERT INTO computed SELECT id FROM wide");
  for (const name of ["r", "json_rows"]) {
    await run(database, `CREATE TABLE ${name} AS SELECT id FROM wide LIMIT 10`);
  }
});

/** What matters of a result; times differ from run to run. */
async function results(sql: string, runs: number, args: unknown[] = []): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let index = 0; index < runs; index += 1) {
    const { query_duration_ms: _, ...result } = await run(database, sql, args);
    all.push(result);
  }
  return all;
}

describe("a read of many rows that is run again", () => {
  it.each([
    ["all types but blobs", "SELECT * FROM wide"],
    ["an order", "SELECT id, name FROM wide ORDER BY price DESC"],
    ["several parts, of a table named r", "SELECT id FROM wide UNION SELECT id + 7 FROM r"],
    [
      "a table of a name of ours",
      "SELECT id FROM wide UNION ALL SELECT id FROM json_rows LIMIT 1000",
    ],
    ["blobs", "SELECT id, CAST(name AS BLOB) FROM wide"],
    ["a semicolon and a comment", "SELECT id FROM wide; -- all of them"],
    [
      "integers beside floats",
      "SELECT price FROM wide WHERE id < 10 UNION ALL SELECT id FROM wide WHERE id >= 10",
    ],
    ["a limit inside", "SELECT * FROM (SELECT extra FROM wide, r LIMIT 1000) ORDER BY 1"],
    ["a view", "SELECT * FROM mixed"],
    ["a column that is computed", "SELECT b FROM computed ORDER BY a"],
    ["more columns than a query may join", `SELECT ${Array(150).fill("id").join()} FROM wide`],
  ])("returns the same each time: with %s", async (_, sql) => {
    const [first, ...others] = await results(sql, 3);
    expect(first).toMatchObject({ rows_read: 1_000 });
    for (const other of others) expect(other).toStrictEqual(first);
  });

  it("follows its arguments, from many rows to none and back", async () => {
    const sql = "SELECT id, price FROM wide WHERE id <= ?";
    for (const count of [500, 500, 0, 1, 1_000, 700]) {
      const { rows } = await run(database, sql, [{ type: "integer", value: String(count) }]);
      expect(rows).toHaveLength(count);
      expect(rows.at(-1)?.[1]).toEqual(
        count === 0 ? undefined : { type: "float", value: count / 7 },
      );
    }
  });

  it("sees the columns and the rows that were added since", async () => {
    await run(database, "CREATE TABLE growing AS SELECT id FROM wide");
    await results("SELECT * FROM growing", 2);
    await run(database, "ALTER TABLE growing ADD COLUMN more DEFAULT 'more'");
    await run(database, "INSERT INTO growing VALUES (1001, 'last')");
    for (const result of await results("SELECT * FROM growing ORDER BY id DESC", 3)) {
      expect(result).toMatchObject({ cols: [{ name: "id" }, { name: "more" }], rows_read: 1_001 });
    }
    for (const result of await results("SELECT * FROM growing", 2)) {
      expect(result).toMatchObject({ cols: [{ name: "id" }, { name: "more" }], rows_read: 1_001 });
    }
  });

  it("is part of its transaction", async () => {
    const count = "SELECT id FROM wide WHERE id > 0";
    await results(count, 2);
    const { body } = await pipeline(database, [
      execute("BEGIN"),
      execute("DELETE FROM wide WHERE id > 900"),
      execute(count),
      execute("ROLLBACK"),
      execute(count),
      { type: "close" },
    ]);
    expect(body.results[2].response.result.rows).toHaveLength(900);
    expect(body.results[4].response.result.rows).toHaveLength(1_000);
  });

  it("fails in its own words where it fails later on", async () => {
    const sql = "SELECT abs(id - ?) FROM wide";
    await results(sql, 2, [{ type: "integer", value: "0" }]);
    const args = [{ type: "integer", value: "-9223372036854775807" }];
    const [first, second] = await results(sql, 2, args);
    expect(first).toStrictEqual(second);
    for (const result of await results("SELECT json(iif(id > 500, name, 1)) FROM wide", 2)) {
      expect(result).toEqual({
        code: "SQLITE_UNKNOWN",
        message: "SQLite error: malformed JSON",
      });
    }
  });

  it("is held to the rows that a reply may have", async () => {
    const sql = "SELECT a.id FROM wide AS a, wide AS b WHERE b.id <= ?";
    const of = (value: number) => results(sql, 1, [{ type: "integer", value: String(value) }]);
    await of(1);
    await of(2);
    expect(await of(3)).toMatchObject([{ code: "RESPONSE_TOO_LARGE" }]);
    expect(await of(12)).toMatchObject([{ code: "RESPONSE_TOO_LARGE" }]);
    expect(await of(1)).toMatchObject([{ rows_read: 1_000 }]);
  });
});

describe("a read of few rows that is run again and again", () => {
  it.each([
    ["one row", "SELECT * FROM wide WHERE id = ?", 7],
    ["a row that is not there", "SELECT * FROM wide WHERE id = ?", -1],
    ["no table", "SELECT ?, 'a' || char(0) || 'b', -0.0, 1e308 * 10, '', NULL", 1],
    ["a blob", "SELECT id, zeroblob(3) FROM wide WHERE id = ?", 7],
    ["names that are the same", "SELECT id, id, name AS id FROM wide WHERE id < ?", 5],
    ["an aggregate", "SELECT count(*), sum(price), max(name) FROM wide WHERE id < ?", 5],
    [
      "a type that differs from row to row",
      "SELECT iif(id % 2, id, name) FROM wide WHERE id < ?",
      6,
    ],
    ["a column that is computed", "SELECT * FROM computed WHERE a = ?", 3],
    ["a failure", "SELECT abs(-9223372036854775808 * ?)", 1],
  ])("returns the same each time: with %s", async (_, sql, argument) => {
    const args = [{ type: "integer", value: String(argument) }];
    const [first, ...others] = await results(sql, 50, args);
    for (const other of others) expect(other).toStrictEqual(first);
  });

  it("finds what its arguments ask for, and not what it found before", async () => {
    const sql = "SELECT id, name, price, extra FROM wide WHERE id = ?";
    for (let id = 1; id <= 100; id += 1) {
      const { rows } = await run(database, sql, [{ type: "integer", value: String(id) }]);
      expect(rows).toEqual([
        [
          { type: "integer", value: String(id) },
          { type: "text", value: `name ${id}` },
          { type: "float", value: id / 7 },
          id % 3 === 0 ? { type: "text", value: `[${id}]` } : { type: "null" },
        ],
      ]);
    }
  });

  it("draws its random numbers anew, one for each column", async () => {
    const drawn: unknown[] = [];
    for (let index = 0; index < 40; index += 1) {
      drawn.push(...values(await run(database, "SELECT random(), random()")).flat());
    }
    expect(new Set(drawn).size).toBe(80);
  });
});
