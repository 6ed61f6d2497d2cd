import { afterAll, beforeAll, expect, it } from "vitest";
import { TestServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

/** So many texts of a million bytes fit into an eighth of the memory below. */
const most = 12;
const sql = `SELECT 1 --${"x".repeat(999_990)}`;
const refused = { code: "SQL_STORE_TOO_MANY" };
const stored = { type: "store_sql" };

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ limits: { engineBytes: 96 * 1024 ** 2 } });
});
afterAll(async () => {
  await server.stop();
});

it("SQL texts of one database take no more than their share, however many clients store them", async () => {
  const database = await server.createDatabase();
  const [first, second] = [await TestSocket.open(database), await TestSocket.open(database)];
  for (let sql_id = 0; sql_id < most; sql_id++) {
    const socket = sql_id % 2 === 0 ? first : second;
    expect(await socket.ask({ type: "store_sql", sql_id, sql })).toMatchObject(stored);
  }
  expect(await first.ask({ type: "store_sql", sql_id: 50, sql })).toMatchObject(refused);
  expect(await second.ask({ type: "store_sql", sql_id: 50, sql })).toMatchObject(refused);

  const neighbour = await TestSocket.open(await server.createDatabase());
  expect(await neighbour.ask({ type: "store_sql", sql_id: 50, sql })).toMatchObject(stored);
  await neighbour.close();

  await first.ask({ type: "close_sql", sql_id: 0 });
  expect(await second.ask({ type: "store_sql", sql_id: 50, sql })).toMatchObject(stored);
  expect(await first.ask({ type: "store_sql", sql_id: 51, sql })).toMatchObject(refused);
  await second.close();
  await expect
    .poll(async () => await first.ask({ type: "store_sql", sql_id: 51, sql }))
    .toMatchObject(stored);
  await first.close();
});
