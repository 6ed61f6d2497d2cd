import { describe, expect, it } from "vitest";
import { pipeline, run, values } from "../support/hrana.ts";
import { type TestDatabase, useServer } from "../support/server.ts";

const server = useServer();

async function dumpOf({ url, token }: TestDatabase, query = ""): Promise<Response> {
  return await fetch(`${url}dump${query}`, { headers: { authorization: `Bearer ${token}` } });
}

describe("GET /dump", () => {
  it("needs a token, of any rights", async () => {
    const database = await server.createDatabase();
    expect((await fetch(`${database.url}dump`)).status).toBe(401);
    const token = await server.mint(database.name, "?authorization=read-only");
    expect((await dumpOf({ ...database, token })).status).toBe(200);
  });

  it("is SQL that makes the same database in another place", async () => {
    const source = await server.createDatabase();
    const sql = String.raw`
      CREATE TABLE "odd ""name" ("sel ect", b AS ("sel ect" * 2));
      INSERT INTO "odd ""name" VALUES (1e300), (-0.0), (1.0), (9e999), (-9e999), (9223372036854775807),
        (NULL), (x''), (x'00ff'), (''), ('it''s' || char(10) || 'two'), ('a' || char(0) || 'b');
      CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, v);
      INSERT INTO counted VALUES (41, 'x'); DELETE FROM counted; INSERT INTO counted (v) VALUES ('y');
      CREATE TABLE keyed (k TEXT PRIMARY KEY, v) WITHOUT ROWID;
      INSERT INTO keyed VALUES ('b', 1), ('a', 2);
      CREATE TABLE log (v);
      CREATE TRIGGER noted AFTER INSERT ON counted BEGIN INSERT INTO log VALUES (new.v); END;
      CREATE VIEW seen AS SELECT v FROM counted;
      CREATE INDEX by_v ON counted (v);
      CREATE VIRTUAL TABLE words USING fts5(text);
      INSERT INTO words VALUES ('the quick brown fox'), ('a lazy dog');
      CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1);
      INSERT INTO boxes VALUES (1, 0, 10), (2, 20, 30);
      CREATE TABLE places (name TEXT, at F32_BLOB(2));
      CREATE INDEX places_at ON places (libsql_vector_idx(at));
      INSERT INTO places VALUES ('here', vector32('[1,2]')), ('there', vector32('[9,9]'));
    `;
    const made = await pipeline(source, [{ type: "sequence", sql }]);
    expect(made.body.results[0]).toMatchObject({ type: "ok" });
    const response = await dumpOf(source);
    expect(response.headers.get("content-type")).toContain("text/plain");
    const dump = await response.text();

    const copy = await server.createDatabase();
    const restored = await pipeline(copy, [{ type: "sequence", sql: dump }, { type: "close" }]);
    expect(restored.body.results[0], dump).toEqual({ type: "ok", response: { type: "sequence" } });
    for (const question of [
      `SELECT "sel ect", typeof("sel ect"), hex(CAST("sel ect" AS BLOB)), b FROM "odd ""name" WHERE instr(CAST("sel ect" AS BLOB), x'00') IS NOT 3`,
      `SELECT hex(CAST("sel ect" AS BLOB)) FROM "odd ""name"`,
      "SELECT * FROM counted",
      "SELECT * FROM sqlite_sequence",
      "SELECT * FROM keyed",
      "SELECT * FROM log",
      "SELECT * FROM seen",
      "SELECT rowid, text FROM words WHERE words MATCH 'quick OR dog' ORDER BY rowid",
      "SELECT id FROM boxes WHERE x0 >= 5",
      "SELECT name FROM vector_top_k('places_at', vector32('[8,8]'), 1) JOIN places ON places.rowid = id",
      "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE '%shadow%' ORDER BY type, name",
      "PRAGMA integrity_check",
    ]) {
      const [one, other] = [await run(source, question), await run(copy, question)];
      expect(one.rows, question).toBeDefined();
      expect(other.rows, question).toEqual(one.rows);
    }
    expect(values(await run(copy, "SELECT max(id) FROM counted"))).toEqual([["42"]]);
  });

  it("has the row ids that no column shows, if they are asked for as sqld is", async () => {
    const source = await server.createDatabase();
    const sql = `
      CREATE TABLE notes (text, rowid);
      CREATE TABLE named (id INTEGER PRIMARY KEY, text);
      CREATE TABLE keyed (k INTEGER PRIMARY KEY DESC, "v");
      CREATE TABLE taken (rowid, _rowid_, OID);
      CREATE TABLE without (k PRIMARY KEY) WITHOUT ROWID;
      INSERT INTO notes (_rowid_, text) VALUES (-3, 'fox'), (9007199254740993, 'dog');
      INSERT INTO named VALUES (7, 'x');
      INSERT INTO keyed (rowid, k) VALUES (5, 1);
      INSERT INTO taken VALUES (1, 2, 3);
      INSERT INTO without VALUES (1);
      CREATE VIRTUAL TABLE words USING fts5(text, content='notes', content_rowid='_rowid_');
      INSERT INTO words (words) VALUES ('rebuild');
    `;
    await pipeline(source, [{ type: "sequence", sql }, { type: "close" }]);
    const ask = async (query: string) => await dumpOf(source, `?${query}`);
    const dump = await (await ask("preserve_row_ids=true")).text();
    const copy = await server.createDatabase();
    const restored = await pipeline(copy, [{ type: "sequence", sql: dump }, { type: "close" }]);
    expect(restored.body.results[0], dump).toEqual({ type: "ok", response: { type: "sequence" } });
    const rows = async (question: string) => values(await run(copy, question));
    expect(await rows("SELECT _rowid_, text FROM notes ORDER BY 1")).toEqual([
      ["-3", "fox"],
      ["9007199254740993", "dog"],
    ]);
    expect(await rows("SELECT text FROM words WHERE words MATCH 'dog'")).toEqual([["dog"]]);
    expect(await rows("SELECT rowid, k FROM keyed")).toEqual([["5", "1"]]);
    expect(dump).toContain(`INSERT INTO "named" VALUES(7,'x');`);
    expect(dump).toContain(`INSERT INTO "taken" VALUES(1,2,3);`);

    const plain = await (await ask("preserve_row_ids=false")).text();
    expect(plain).toContain(`INSERT INTO "notes" VALUES('fox',NULL);`);
    const wrong = await ask("preserve_row_ids=1");
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { code: "INVALID_REQUEST" }]);
  });

  it("is of one moment, and never whole in memory", async () => {
    const large = await server.createDatabase();
    await run(large, "CREATE TABLE t (a, b)");
    await run(
      large,
      "INSERT INTO t SELECT value, hex(randomblob(5000)) FROM generate_series(1, 3000)",
    );
    const response = await dumpOf(large);
    let text = "";
    let isFirst = true;
    const decoder = new TextDecoder();
    for await (const part of response.body ?? []) {
      if (isFirst) await run(large, "DELETE FROM t");
      isFirst = false;
      text += decoder.decode(part, { stream: true });
    }
    expect(text.match(/^INSERT/gm)).toHaveLength(3_000);
    expect(text.endsWith("COMMIT;\n")).toBe(true);
    expect(values(await run(large, "SELECT count(*) FROM t"))).toEqual([["0"]]);
  });

  it("of text that is not UTF-8 is exact too", async () => {
    const odd = await server.createDatabase();
    await run(odd, "CREATE TABLE t (a)");
    await run(odd, "INSERT INTO t VALUES (CAST(x'ff41' AS TEXT))");
    const response = await dumpOf(odd);
    expect(await response.text()).toContain("VALUES(CAST(X'ff41' AS TEXT))");
  });
});
