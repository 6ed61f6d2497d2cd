import { expect, it, onTestFinished } from "vitest";
import { run } from "../support/hrana.ts";
import { TestServer } from "../support/server.ts";

const endless =
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";

it("where statements run long in all processes, they give way to those that wait", async () => {
  const server = await TestServer.start({
    statementTimeout: 60_000,
    // What still runs at the end would run on until a server that stops waits no longer.
    patience: { transaction: 500, stop: 100 },
  });
  onTestFinished(() => server.stop());
  const databases = [];
  for (let count = 0; count < 9; count++) databases.push(await server.createDatabase());
  const [waiting, ...busy] = databases;
  if (waiting === undefined) throw new Error("There is no database");

  const ended = Promise.race(busy.map((database) => run(database, endless)));
  expect(await ended).toMatchObject({
    status: 503,
    code: "STATEMENT_TIMEOUT",
    message: expect.stringContaining("kept other databases waiting"),
  });
  // The others still run, in as many processes as there may be.
  expect((await run(waiting, "SELECT 1")).rows).toHaveLength(1);
});
