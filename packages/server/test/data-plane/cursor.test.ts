import { describe, expect, it } from "vitest";
import { execute, pipeline, run, send, values } from "../support/hrana.ts";
import { type TestDatabase, useDatabase, useServer } from "../support/server.ts";

const server = useServer();
const database = useDatabase(server);

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
      // By this, drivers know that it did not break off.
      { type: "replication_index", replication_index: null },
    ]);
    expect(entries).toHaveLength(6);
  });

  it("sends rows that come slowly before there are many", async () => {
    const slow = `WITH RECURSIVE work(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM work LIMIT 20000)
      SELECT value, (SELECT count(*) FROM work WHERE x > value) FROM generate_series(1, 400)`;
    const answer = await fetch(new URL("v3/cursor", database.url), {
      method: "POST",
      headers: { authorization: `Bearer ${database.token}` },
      body: JSON.stringify({ batch: { steps: [{ stmt: { sql: slow } }] } }),
    });
    const parts: string[] = [];
    for await (const part of answer.body ?? []) parts.push(new TextDecoder().decode(part));
    expect(parts.filter((part) => part.includes('"type":"row"')).length).toBeGreaterThan(1);
    // They would all have fitted into one part.
    expect(parts.join("").length).toBeLessThan(64 * 1024);
  });

  it("of which a text is not stored runs nothing", async () => {
    const other = await server.createDatabase();
    await run(other, "CREATE TABLE t (a)");
    const steps = [{ stmt: { sql: "INSERT INTO t VALUES (1)" } }, { stmt: { sql_id: 99 } }];
    const refusal = { status: 400, body: { code: "SQL_NOT_STORED" } };
    const body = { batch: { steps } };
    expect(await send(other, "/v3/cursor", body, other.token)).toMatchObject(refusal);
    expect(await pipeline(other, [{ type: "batch", ...body }])).toMatchObject(refusal);
    expect(values(await run(other, "SELECT * FROM t"))).toEqual([]);
  });

  it("sends what is done before a statement that takes long", async () => {
    const slow =
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 1000000) SELECT count(*) FROM c";
    const answer = await fetch(new URL("v3/cursor", database.url), {
      method: "POST",
      headers: { authorization: `Bearer ${database.token}` },
      body: JSON.stringify({
        batch: { steps: [{ stmt: { sql: "SELECT 'quick'" } }, { stmt: { sql: slow } }] },
      }),
    });
    const parts: string[] = [];
    for await (const part of answer.body ?? []) parts.push(new TextDecoder().decode(part));
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.at(-1)).not.toContain("quick");
    expect(parts.slice(0, -1).join("")).toContain('"type":"step_begin","step":1');
    expect(parts.join("")).toMatch(/quick.*1000000/s);
  });

  it("sends more than fits into memory buffers, in order", async () => {
    const entries = await cursor([
      { stmt: { sql: "SELECT value, hex(zeroblob(500)) FROM generate_series(1, 5000)" } },
    ]);
    const rows = entries.filter((entry) => entry.type === "row");
    expect(rows).toHaveLength(5_000);
    expect(rows.at(-1)).toMatchObject({ row: [{ value: "5000" }, { type: "text" }] });
  });

  describe("that is not read to its end", () => {
    const manyRows = [
      { stmt: { sql: "SELECT value, hex(zeroblob(500)) FROM generate_series(1, 20000)" } },
    ];

    /** Reads the baton of a cursor, and no more than comes with it. */
    async function begun({ of = database, baton }: { of?: TestDatabase; baton?: string } = {}) {
      const controller = new AbortController();
      const answer = await fetch(new URL("v3/cursor", of.url), {
        method: "POST",
        headers: { authorization: `Bearer ${of.token}` },
        body: JSON.stringify({ baton, batch: { steps: manyRows } }),
        signal: controller.signal,
      });
      const reader = answer.body?.getReader();
      const { value } = (await reader?.read()) ?? {};
      const [head = ""] = new TextDecoder().decode(value).split("\n", 1);
      const next: unknown = JSON.parse(head).baton;
      const readAll = async () => {
        while ((await reader?.read())?.done === false);
      };
      return { baton: String(next), leave: () => controller.abort(), readAll };
    }

    it("leaves its stream to the next request, when its client has left", async () => {
      const { baton, leave } = await begun();
      leave();
      const { status, body } = await pipeline(database, [execute("SELECT 7")], { baton });
      expect(status).toBe(200);
      expect(body.results[0].response.result.rows).toEqual([[{ type: "integer", value: "7" }]]);
      expect(body.baton).not.toBe(baton);
    });

    it("takes no transaction with it", async () => {
      await run(database, "CREATE TABLE kept (a)");
      const first = await pipeline(database, [
        execute("BEGIN"),
        execute("INSERT INTO kept VALUES (1)"),
      ]);
      const { baton, leave } = await begun({ baton: first.body.baton });
      leave();
      const last = await pipeline(
        database,
        [execute("INSERT INTO kept VALUES (2)"), execute("COMMIT"), { type: "close" }],
        { baton },
      );
      expect(last.status).toBe(200);
      expect(values(await run(database, "SELECT a FROM kept"))).toEqual([["1"], ["2"]]);
    });

    it("lets the next request of its stream wait, and only that", async () => {
      const { baton, readAll } = await begun();
      let isAnswered = false;
      const next = pipeline(database, [execute("SELECT 8")], { baton }).finally(() => {
        isAnswered = true;
      });
      await expect
        .poll(() => pipeline(database, [execute("SELECT 9")], { baton }))
        .toMatchObject({ status: 400, body: { code: "BATON_REUSED" } });
      expect(isAnswered).toBe(false);
      await readAll();
      expect((await next).status).toBe(200);
    });

    it("ends what waits for it, too, when the database's tokens are invalidated", async () => {
      const own = await server.createDatabase();
      const { baton, readAll } = await begun({ of: own });
      const next = pipeline(own, [execute("SELECT 8")], { baton });
      await expect
        .poll(() => pipeline(own, [execute("SELECT 9")], { baton }))
        .toMatchObject({ status: 400, body: { code: "BATON_REUSED" } });
      await server.must("POST", `/databases/${own.name}/auth/rotate`);
      await readAll();
      expect(await next).toMatchObject({ status: 400, body: { code: "STREAM_EXPIRED" } });
    });
  });
});
