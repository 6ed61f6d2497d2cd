import { describe, expect, it } from "vitest";
import { execute, pipeline, run, send, values } from "../support/hrana.ts";
import { TestServer, useDatabase, useServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

const limits = {
  responseRows: 10,
  responseBytes: 20_000,
  statements: 20,
  sqlLength: 1_000,
  parameters: 5,
  databaseBytes: 200_000,
};

const server = useServer({ limits });
const database = useDatabase(server);

const count = (rows: number) =>
  `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT ${rows}) SELECT x FROM c`;
const steps = (number: number, sql = "SELECT 1") =>
  Array.from({ length: number }, () => ({ stmt: { sql } }));

it("what fits into a reply fits each time, however often it has been read", async () => {
  // Written by SQLite, which has more digits for a float, it would not.
  const sql = `SELECT ${Array(50).fill("0.1 + value").join()} FROM generate_series(1, 8)`;
  for (let round = 0; round < 10; round += 1) {
    expect(await run(database, sql)).toMatchObject({ rows_read: 8 });
  }
});

it("what returns no rows is told as it is, also behind rows that were too many bytes", async () => {
  const long = `SELECT hex(zeroblob(6000))`;
  const { body } = await pipeline(database, [
    execute("CREATE TABLE told (a)"),
    execute("BEGIN"),
    execute(long),
    execute(long),
    execute("INSERT INTO told VALUES (1)"),
    execute("COMMIT"),
    { type: "close" },
  ]);
  const types = body.results.map((each: { type: string }) => each.type);
  expect(types.join()).toBe("ok,ok,ok,error,ok,ok,ok");
  expect(body.results[3].error.code).toBe("RESPONSE_TOO_LARGE");
  expect(values(await run(database, "SELECT a FROM told"))).toEqual([["1"]]);
});

describe("the rows of one statement", () => {
  it("are as many as may be, for each statement of a pipeline", async () => {
    const { body } = await pipeline(database, [execute(count(10)), execute(count(10))]);
    for (const { response } of body.results) expect(response.result.rows).toHaveLength(10);
  });

  it("are no more, and the others of the pipeline are not concerned", async () => {
    const { body } = await pipeline(database, [execute(count(11)), execute("SELECT 1")]);
    expect(body.results).toMatchObject([
      { type: "error", error: { code: "RESPONSE_TOO_LARGE" } },
      { type: "ok" },
    ]);
    expect(body.results[0].error.message).toContain("10 rows at most");
  });

  it("are as many as there are where nobody wants them", async () => {
    const stmt = { sql: count(11), want_rows: false };
    const { body } = await pipeline(database, [{ type: "execute", stmt }]);
    expect(body.results).toMatchObject([{ type: "ok" }]);
  });

  it("are as many as there are in a cursor", async () => {
    const body = { batch: { steps: steps(1, count(11)) } };
    const answer = await send(database, "/v3/cursor", body, database.token);
    expect(String(answer.body).match(/"type":"row"/g)).toHaveLength(11);
  });

  it("are limited in requests from before Hrana too", async () => {
    const answer = await send(database, "/", { statements: [count(11)] }, database.token);
    expect(answer.body).toMatchObject([{ code: "RESPONSE_TOO_LARGE" }]);
  });
});

it.each([
  ["a blob", "SELECT zeroblob(67108865)"],
  ["a text", "SELECT replace(hex(zeroblob(8388609)), '00', '12345678')"],
])("%s that no reply can hold fails its statement, in a cursor too", async (_, sql) => {
  const body = { batch: { steps: steps(1, sql) } };
  const answer = await send(database, "/v3/cursor", body, database.token);
  expect(answer.status).toBe(200);
  expect(String(answer.body)).toContain('"code":"RESPONSE_TOO_LARGE"');
});

it("the names of columns count as part of the reply", async () => {
  const wide = `SELECT ${Array.from({ length: 9 }, (_, index) => `1 AS "${"c".repeat(90)}${index}"`).join()}`;
  const { body } = await pipeline(
    database,
    Array.from({ length: 20 }, () => execute(wide)),
  );
  const outcomes = body.results.map(({ error }: { error?: { code: string } }) => error?.code);
  expect(outcomes[0]).toBeUndefined();
  expect(outcomes.at(-1)).toBe("RESPONSE_TOO_LARGE");
});

describe("the text of a statement", () => {
  const text = (length: number) => `SELECT '${"x".repeat(length - 9)}'`;

  it("may be as long as the limit", async () => {
    expect((await run(database, text(1_000))).rows).toHaveLength(1);
  });

  it.each([
    ["execute", { type: "execute", stmt: { sql: text(1_001) } }],
    ["describe", { type: "describe", sql: text(1_001) }],
    ["sequence", { type: "sequence", sql: text(1_001) }],
  ])("may not be longer where it is to %s", async (_name, request) => {
    const { body } = await pipeline(database, [request]);
    expect(body.results[0].error).toMatchObject({ code: "SQLITE_TOOBIG" });
    expect(body.results[0].error.message).toContain("1000 characters at most");
  });

  it("is counted for each statement of a sequence by itself", async () => {
    const sql = Array.from({ length: 4 }, () => text(900)).join(";");
    const { body } = await pipeline(database, [{ type: "sequence", sql }]);
    expect(body.results).toMatchObject([{ type: "ok" }]);
  });
});

describe("the parameters of a statement", () => {
  const select = (number: number) => `SELECT ${Array.from({ length: number }, () => "?").join()}`;
  const args = (number: number) => Array.from({ length: number }, () => ({ type: "null" }));

  it("are as many as may be", async () => {
    expect((await run(database, select(5), args(5))).cols).toHaveLength(5);
  });

  it("are no more", async () => {
    expect(await run(database, select(6), args(6))).toMatchObject({ code: "SQL_INPUT_ERROR" });
    expect((await run(database, "SELECT ?6", args(6))).message).toContain("too many SQL variables");
  });
});

describe("the statements of a request", () => {
  it("are as many as may be", async () => {
    const { body } = await pipeline(database, [
      { type: "batch", batch: { steps: steps(18) } },
      execute("SELECT 1"),
      { type: "close" },
    ]);
    expect(body.results).toHaveLength(3);
  });

  it.each([
    ["/v3/pipeline", { requests: Array.from({ length: 21 }, () => execute("SELECT 1")) }],
    ["/v2/pipeline", { requests: [{ type: "batch", batch: { steps: steps(21) } }] }],
    ["/v3/cursor", { batch: { steps: steps(21) } }],
    ["/v1/batch", { batch: { steps: steps(21) } }],
    ["/", { statements: Array.from({ length: 21 }, () => "SELECT 1") }],
  ])("are no more: %s", async (path, body) => {
    const answer = await send(database, path, body, database.token);
    expect(answer).toMatchObject({ status: 400, body: { code: "STATEMENTS_TOO_MANY" } });
  });

  it("are no more over WebSocket, where the stream stays as it is", async () => {
    const client = await TestSocket.open(database);
    await client.openStream(1);
    const refused = { code: "STATEMENTS_TOO_MANY" };
    const batch = { steps: steps(21) };
    expect(await client.ask({ type: "batch", stream_id: 1, batch })).toMatchObject(refused);
    const cursor = { type: "open_cursor", stream_id: 1, cursor_id: 1, batch };
    expect(await client.ask(cursor)).toMatchObject(refused);
    expect((await client.execute(1, "SELECT 1")).rows).toHaveLength(1);
    await client.close();
  });
});

describe("the body of a request", () => {
  it.each(["whose length is told", "that comes in pieces"])(
    "%s may be as large as the limit, and no larger",
    async (kind) => {
      const right = JSON.stringify({ requests: [{ type: "close" }] });
      const small = await TestServer.start({ limits: { requestBytes: right.length } });
      const { url, token } = await small.createDatabase();
      const statusOf = async (text: string) => {
        const pieces = new Blob([text]).stream();
        const { status } = await fetch(new URL("v3/pipeline", url), {
          method: "POST",
          headers: { authorization: `Bearer ${token}` },
          ...(kind === "that comes in pieces" ? { body: pieces, duplex: "half" } : { body: text }),
        });
        return status;
      };
      expect(await statusOf(right)).toBe(200);
      expect(await statusOf(`${right} `)).toBe(413);
      await small.stop();
    },
  );
});

describe("the size of a database", () => {
  it("is limited, whatever its owner says; reading and deleting go on", async () => {
    const full = await server.createDatabase();
    await run(full, "SELECT count(*) FROM sqlite_schema");
    await run(full, "CREATE TABLE t (a)");
    const insert = "INSERT INTO t VALUES (zeroblob(30000))";
    const outcomes = [];
    for (let index = 0; index < 10; index++) outcomes.push(await run(full, insert));
    const stored = outcomes.filter(({ affected_row_count }) => affected_row_count === 1).length;
    expect(stored).toBeGreaterThan(3);
    expect(stored).toBeLessThan(7);
    expect(outcomes.at(-1)).toMatchObject({ code: "SQLITE_FULL" });
    expect(outcomes.at(-1).message).toContain("--max-database-bytes");

    expect((await run(full, "PRAGMA max_page_count = 1000000")).code).toBe("SQL_PARSE_ERROR");
    expect(values(await run(full, "PRAGMA max_page_count"))).toEqual([["48"]]);
    expect(values(await run(full, "SELECT count(*) FROM t"))).toEqual([[String(stored)]]);
    expect(values(await run(full, "PRAGMA integrity_check"))).toEqual([["ok"]]);
    await run(full, "DELETE FROM t");
    expect(await run(full, insert)).toMatchObject({ affected_row_count: 1 });
  });
});
