import { afterAll, beforeAll, expect, it } from "vitest";
import { execute, pipeline, run, send, values } from "../support/hrana.ts";
import { TestServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

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

it("writers get the lock in the order in which they came for it", async () => {
  const database = await server.createDatabase();
  await run(database, "CREATE TABLE t (a)");
  const socket = await TestSocket.open(database);
  const writers = Array.from({ length: 12 }, (_, index) => index + 1);
  for (const writer of writers) await socket.openStream(writer);
  const holder = await pipeline(database, [execute("BEGIN IMMEDIATE")]);
  for (const writer of writers) {
    const stmt = { sql: `INSERT INTO t VALUES (${writer})` };
    socket.post({ type: "execute", stream_id: writer, stmt });
    // Each looks at the lock now and then, at another time than the others.
    await new Promise((resolve) => setTimeout(resolve, 7));
  }
  await pipeline(database, [execute("COMMIT"), { type: "close" }], { baton: holder.body.baton });
  for (const _ of writers) expect((await socket.receive()).type).toBe("response_ok");
  const order = values(await run(database, "SELECT group_concat(a) FROM t"));
  expect(order).toEqual([[writers.join()]]);
  socket.socket.close();
});
