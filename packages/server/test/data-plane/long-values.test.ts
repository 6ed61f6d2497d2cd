import { createClient } from "@libsql/client";
import { beforeAll, describe, expect, it } from "vitest";
import { execute, pipeline, run, send } from "../support/hrana.ts";
import { useDatabase, useServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

// Longer than what is kept in one piece, with and without characters of several bytes.
const blob = Buffer.from(Uint8Array.from({ length: 300_001 }, (_, index) => index % 251));
const ascii = 'a"\\\n'.repeat(50_000);
const wide = "ä€🦀".repeat(40_000);
const sql = "SELECT id, data, ascii, wide FROM long ORDER BY id";

// As Hrana writes them, without padding.
const cells = [
  { type: "integer", value: "1" },
  { type: "blob", base64: blob.toString("base64").replace(/=+$/, "") },
  { type: "text", value: ascii },
  { type: "text", value: wide },
];
const nothing = { type: "null" };
const rows = [cells, [{ type: "integer", value: "2" }, nothing, nothing, nothing]];

describe("values that are long", () => {
  const server = useServer();
  const database = useDatabase(server);
  beforeAll(async () => {
    await run(
      database,
      "CREATE TABLE long (id INTEGER PRIMARY KEY, data BLOB, ascii TEXT, wide TEXT)",
    );
    await run(database, "INSERT INTO long VALUES (?, ?, ?, ?), (2, NULL, NULL, NULL)", cells);
  });

  it.each(["/v2/pipeline", "/v3/pipeline"])("are returned whole by %s", async (path) => {
    const requests = [execute(sql), execute(sql), { type: "close" }];
    const { body } = await send(database, path, { requests }, database.token);
    for (const { response } of body.results.slice(0, 2)) expect(response.result.rows).toEqual(rows);
  });

  it("are returned whole by a batch", async () => {
    const batch = { steps: [{ stmt: { sql } }, { stmt: { sql: "SELECT no" } }, { stmt: { sql } }] };
    const { body } = await pipeline(database, [{ type: "batch", batch }, { type: "close" }]);
    const { result } = body.results[0].response;
    expect(result.step_results.map((step: { rows: unknown } | null) => step?.rows)).toEqual([
      rows,
      undefined,
      rows,
    ]);
  });

  it("are returned whole by a cursor", async () => {
    const { body } = await send(
      database,
      "/v3/cursor",
      { batch: { steps: [{ stmt: { sql } }] } },
      database.token,
    );
    const entries = String(body)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(entries.filter(({ type }) => type === "row").map(({ row }) => row)).toEqual(rows);
  });

  it.each(["/v1/execute", "/v1/batch"])("are returned whole by %s", async (path) => {
    const work =
      path === "/v1/execute" ? { stmt: { sql } } : { batch: { steps: [{ stmt: { sql } }] } };
    const { body } = await send(database, path, work, database.token);
    expect((body.result.step_results?.[0] ?? body.result).rows).toEqual(rows);
  });

  it("are returned whole over WebSocket, by a statement and by a cursor", async () => {
    const socket = await TestSocket.open(database);
    await socket.openStream(1);
    expect((await socket.execute(1, sql)).rows).toEqual(rows);
    const batch = { steps: [{ stmt: { sql } }] };
    await socket.ask({ type: "open_cursor", stream_id: 1, cursor_id: 1, batch });
    const { entries } = await socket.ask({ type: "fetch_cursor", cursor_id: 1, max_count: 100 });
    expect(
      entries.flatMap((entry: { type: string; row: unknown }) =>
        entry.type === "row" ? [entry.row] : [],
      ),
    ).toEqual(rows);
    await socket.close();
  });

  it("are returned whole to @libsql/client, again and again", async () => {
    const client = createClient({ url: database.url, authToken: database.token });
    for (let round = 0; round < 3; round++) {
      const [row] = (await client.execute(sql)).rows;
      const data = row?.["data"];
      expect(data instanceof ArrayBuffer && blob.equals(new Uint8Array(data))).toBe(true);
      expect([row?.["ascii"], row?.["wide"]]).toEqual([ascii, wide]);
    }
    client.close();
  });

  it("and many that are long together are returned whole", async () => {
    const many = `SELECT value, hex(zeroblob(500)) || 'ä' AS text FROM generate_series(1, 500)`;
    for (let round = 0; round < 3; round++) {
      const result = await run(database, many);
      expect(result.rows).toHaveLength(500);
      for (const [index, row] of result.rows.entries()) {
        expect(row).toEqual([
          { type: "integer", value: String(index + 1) },
          { type: "text", value: `${"0".repeat(1_000)}ä` },
        ]);
      }
    }
  });
});
