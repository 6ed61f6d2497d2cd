import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { pipeline, run, send, values } from "../support/hrana.ts";
import { useDatabase, useServer } from "../support/server.ts";

const server = useServer();
const database = useDatabase(server);

async function get(path: string, token?: string): Promise<Response> {
  return await fetch(`${database.url.replace(/\/$/, "")}${path}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
}

async function post(path: string, body: unknown, token = database.token) {
  return await send(database, path, body, token);
}

describe("POST /, from before Hrana", () => {
  const statements = async (...list: unknown[]) => await post("/", { statements: list });

  it("runs statements and answers in plain JSON", async () => {
    const { status, body } = await statements(
      "CREATE TABLE plain (a INT, b, c, d)",
      { q: "INSERT INTO plain VALUES (?, ?, ?, ?)", params: [1, 2.5, { base64: "AP8" }, null] },
      { q: "SELECT *, :t AS a FROM plain", params: { ":t": true } },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject([
      { results: { columns: [], rows: [], rows_written: 0 } },
      { results: { columns: [], rows: [], rows_written: 1 } },
      {
        results: {
          columns: ["a", "b", "c", "d", "a"],
          rows: [[1, 2.5, { base64: "AP8" }, null, 1]],
        },
      },
    ]);
  });

  it("keeps integers exact, and apart from other numbers, both ways", async () => {
    const sql = "SELECT typeof(?1), ?1, typeof(?2), ?2";
    const response = await fetch(database.url, {
      method: "POST",
      headers: { authorization: `Bearer ${database.token}` },
      body: `{"statements":[{"q":"${sql}","params":[-9223372036854775808, 1.0]}]}`,
    });
    expect(await response.text()).toContain('["integer",-9223372036854775808,"real",1.0]');
  });

  it("stops at the first statement that fails, and says so", async () => {
    const { body } = await statements("SELECT 1", "SELECT * FROM nowhere", "SELECT 2");
    expect(body).toMatchObject([
      { results: { rows: [[1]] } },
      { error: expect.stringContaining("no such table: nowhere") },
      null,
    ]);
  });

  it("leaves no transaction open", async () => {
    await run(database, "CREATE TABLE closed (a)");
    const answer = await statements("BEGIN", "INSERT INTO closed VALUES (1)");
    expect(answer).toMatchObject({ status: 400, body: { code: "TRANSACTION_OPEN" } });
    expect(values(await run(database, "SELECT count(*) FROM closed"))).toEqual([["0"]]);
    const { body } = await statements("BEGIN", "INSERT INTO closed VALUES (1)", "COMMIT");
    expect(body).toHaveLength(3);
    expect(values(await run(database, "SELECT count(*) FROM closed"))).toEqual([["1"]]);
  });

  it.each([
    ["no JSON", "{"],
    ["no statements", {}],
    ["a statement that is a number", { statements: [1] }],
    ["a statement without text", { statements: [{ params: [] }] }],
    ["a value that is an array", { statements: [{ q: "SELECT ?", params: [[]] }] }],
    [
      "an integer of more than 64 bits",
      '{"statements":[{"q":"SELECT ?","params":[9223372036854775808]}]}',
    ],
  ])("refuses %s", async (_, body) => {
    expect(await post("/", body)).toMatchObject({
      status: 400,
      body: { code: expect.stringMatching(/^INVALID_/) },
    });
  });

  it("needs a token", async () => {
    const answer = await send(database, "/", { statements: [] }, undefined);
    expect(answer).toMatchObject({ status: 401, body: { code: "AUTH_TOKEN_MISSING" } });
  });
});

describe("version 1 over HTTP", () => {
  it("executes a statement", async () => {
    const { status, body } = await post("/v1/execute", { stmt: { sql: "SELECT 1 AS one" } });
    expect(status).toBe(200);
    expect(body.result).toMatchObject({
      cols: [{ name: "one" }],
      rows: [[{ type: "integer", value: "1" }]],
    });
  });

  it("answers a statement that fails with 400 and its error", async () => {
    expect(await post("/v1/execute", { stmt: { sql: "SELEC" } })).toMatchObject({
      status: 400,
      body: { code: "SQL_PARSE_ERROR" },
    });
  });

  it("runs a batch", async () => {
    const steps = [{ stmt: { sql: "SELECT 1" } }, { stmt: { sql: "SELECT broken" } }];
    const { body } = await post("/v1/batch", { batch: { steps } });
    expect(body.result).toMatchObject({
      step_results: [{ rows: [[{ value: "1" }]] }, null],
      step_errors: [null, { code: "SQL_INPUT_ERROR" }],
    });
  });

  it("takes strings of any length, with quotes and backslashes in them", async () => {
    const text = '\\"1.0 \\\\'.repeat(2_000_000);
    const statement = { q: "SELECT length(?), ? = ?", params: [text, 1, 1.0] };
    const { status, body } = await post("/", { statements: [statement] });
    expect(status).toBe(200);
    expect(body).toMatchObject([{ results: { rows: [[text.length, 1]] } }]);
  });

  it("knows no stored texts", async () => {
    const answer = await post("/v1/execute", { stmt: { sql_id: 1 } });
    expect(answer).toMatchObject({ status: 400, body: { code: "INVALID_REQUEST" } });
  });
});

describe("what needs no token", () => {
  it("is the state of the server, its version, and the versions of the protocol", async () => {
    expect((await get("/health")).status).toBe(200);
    expect(await (await get("/version")).text()).toMatch(/^logicaldb \d+\.\d+\.\d+/);
    expect((await get("/v1")).status).toBe(200);
  });

  it("is there for HEAD too, as probes ask", async () => {
    for (const path of ["/health", "/version", "/v2"]) {
      const { status } = await fetch(new URL(path.slice(1), database.url), { method: "HEAD" });
      expect([path, status]).toEqual([path, 200]);
    }
  });

  it.each([
    ["GET", "/v3/pipeline", "POST, OPTIONS"],
    ["DELETE", "/", "POST, OPTIONS"],
    ["POST", "/health", "GET, HEAD, OPTIONS"],
    ["HEAD", "/dump", "GET, OPTIONS"],
  ])("says what else there is than %s %s", async (method, path, allowed) => {
    const answer = await fetch(new URL(path.slice(1), database.url), { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe(allowed);
  });

  it.each(["/constructor", "/v4", "/toString"])("is not %s", async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      code: "ENDPOINT_NOT_FOUND",
      error: expect.stringContaining(`A database serves no GET ${path}, but POST /v2/pipeline, `),
    });
  });
});

describe("an embedded replica", () => {
  it("hears in its own protocol that there are none", async () => {
    const answer = await fetch(`${database.url.replace(/\/$/, "")}/wal_log.ReplicationLog/Hello`, {
      method: "POST",
      headers: { "content-type": "application/grpc-web" },
      body: new Uint8Array(5),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("grpc-status")).toBe("12");
    expect(answer.headers.get("grpc-message")).toContain("connect without syncUrl");
  });

  it.each([
    ["GET", "/export/1"],
    ["GET", "/sync/1/0/1"],
    ["POST", "/sync/1/0/1"],
    ["POST", "/pull-updates"],
  ])("is refused %s %s", async (method, path) => {
    const answer = await fetch(new URL(path.slice(1), database.url), { method });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      code: "REPLICAS_NOT_SERVED",
      error: expect.stringContaining("connect without syncUrl"),
    });
  });

  it("shows its user why it cannot be", async () => {
    const directory = await mkdtemp(join(tmpdir(), "logicaldb-replica-"));
    const script = `
      import { createClient } from "@libsql/client";
      const [, url, syncUrl, authToken] = process.argv;
      try {
        await createClient({ url, syncUrl, authToken }).sync();
      } catch (error) {
        console.log(error.message);
      }`;
    const url = `file:${join(directory, "replica.db")}`;
    // It keeps its whole process waiting for the server.
    const flags = ["--input-type=module", "--eval", script, url, database.url, database.token];
    const { stdout } = await promisify(execFile)(process.execPath, flags, {
      cwd: fileURLToPath(new URL(".", import.meta.url)),
    });
    expect(stdout).toContain("Embedded replicas are not served here: connect without syncUrl");
    await rm(directory, { recursive: true });
  });
});

describe("GET /dump", () => {
  it("needs a token, of any rights", async () => {
    expect((await get("/dump")).status).toBe(401);
    const readOnly = await server.mint(database.name, "?authorization=read-only");
    expect((await get("/dump", readOnly)).status).toBe(200);
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
    const response = await fetch(`${source.url}dump`, {
      headers: { authorization: `Bearer ${source.token}` },
    });
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
    const ask = async (query: string) =>
      await fetch(`${source.url}dump?${query}`, {
        headers: { authorization: `Bearer ${source.token}` },
      });
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
    const response = await fetch(`${large.url}dump`, {
      headers: { authorization: `Bearer ${large.token}` },
    });
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
    const response = await fetch(`${odd.url}dump`, {
      headers: { authorization: `Bearer ${odd.token}` },
    });
    expect(await response.text()).toContain("VALUES(CAST(X'ff41' AS TEXT))");
  });
});
