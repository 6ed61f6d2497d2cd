import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../support/hrana.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";

let server: TestServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await TestServer.start();
  database = await server.createDatabase();
});
afterAll(async () => {
  await server.stop();
});

describe("a cursor", () => {
  async function cursor(steps: unknown[]): Promise<{ type?: string }[]> {
    const { status, body } = await send(
      database,
      "/v3/cursor",
      { batch: { steps } },
      database.token,
    );
    expect(status).toBe(200);
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  }

  it("sends the entries of each step", async () => {
    const [head, ...entries] = await cursor([
      { stmt: { sql: "SELECT 1 AS one UNION ALL SELECT 2" } },
      { stmt: { sql: "SELECT broken" } },
      { stmt: { sql: "SELECT 3" }, condition: { type: "ok", step: 1 } },
    ]);
    expect(head).toMatchObject({ baton: expect.any(String), base_url: null });
    expect(entries).toMatchObject([
      { type: "step_begin", step: 0, cols: [{ name: "one" }] },
      { type: "row", row: [{ type: "integer", value: "1" }] },
      { type: "row", row: [{ type: "integer", value: "2" }] },
      { type: "step_end", affected_row_count: 0, last_insert_rowid: null },
      { type: "step_error", step: 1, error: { code: "SQL_INPUT_ERROR" } },
    ]);
  });

  it("sends more than fits into memory buffers, in order", async () => {
    const entries = await cursor([
      { stmt: { sql: "SELECT value, hex(zeroblob(500)) FROM generate_series(1, 5000)" } },
    ]);
    const rows = entries.filter((entry) => entry.type === "row");
    expect(rows).toHaveLength(5_000);
    expect(rows.at(-1)).toMatchObject({ row: [{ value: "5000" }, { type: "text" }] });
  });
});
