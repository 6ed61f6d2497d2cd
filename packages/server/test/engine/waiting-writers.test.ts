import { afterAll, beforeAll, expect, it } from "vitest";
import { run, send, values } from "../support/hrana.ts";
import { TestServer } from "../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ engineProcesses: 2 });
});
afterAll(async () => {
  await server.stop();
});

/** Returns 20 MB, in several turns that each hold the process up. */
const long =
  "INSERT INTO t WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 1000) " +
  "SELECT x, hex(zeroblob(10000)) FROM c RETURNING a, b";

it.each([
  ["a pipeline", "/v3/pipeline", { requests: [{ type: "execute", stmt: { sql: long } }] }],
  ["a cursor", "/v3/cursor", { batch: { steps: [{ stmt: { sql: long } }] } }],
])(
  "writers that wait for a long one in %s get the lock, and run once",
  async (_what, path, body) => {
    const database = await server.createDatabase();
    await run(database, "CREATE TABLE t (a, b)");
    for (let round = 0; round < 3; round++) {
      const first = send(database, path, body, database.token);
      await new Promise((resolve) => setTimeout(resolve, 40));
      const others = await Promise.all(
        Array.from({ length: 5 }, () => run(database, "INSERT INTO t VALUES ('other', '')")),
      );
      expect(others.map((each) => each.affected_row_count)).toEqual([1, 1, 1, 1, 1]);
      expect((await first).status).toBe(200);
      const count = "SELECT sum(a = 'other'), sum(a <> 'other') FROM t";
      expect(values(await run(database, count))).toEqual([["5", "1000"]]);
      await run(database, "DELETE FROM t");
    }
  },
);
