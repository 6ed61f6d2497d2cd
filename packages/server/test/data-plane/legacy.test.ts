import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { run, send, values } from "../support/hrana.ts";
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
      message: expect.stringContaining("in place of @tursodatabase/sync"),
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
    expect(stdout).toContain("are not served here: connect without syncUrl");
    await rm(directory, { recursive: true });
  });
});
