import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callApi } from "../support/api.ts";
import { execute, pipeline, run } from "../support/hrana.ts";
import { TestServer, type TestDatabase } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

let server: TestServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await TestServer.start({
    limits: { concurrentRequests: 3 },
    patience: { header: 300, keepAlive: 300 },
  });
  database = await server.createDatabase();
});
afterAll(async () => {
  await server.stop();
});

/** Sends bytes; all that comes back until the server closes the connection. */
async function talk(text: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
  socket.write(text);
  await once(socket, "close");
  return answer;
}

describe("more requests than are served at a time", () => {
  /** Fills the server with writers that wait for a lock; runs `work`; lets them go. */
  async function whileFull(work: () => Promise<void>): Promise<void> {
    await run(database, "CREATE TABLE IF NOT EXISTS t (a)");
    const { body } = await pipeline(database, [execute("BEGIN IMMEDIATE")]);
    const waiting = Array.from({ length: 3 }, () => run(database, "INSERT INTO t VALUES (1)"));
    try {
      await expect.poll(async () => (await run(database, "SELECT 1")).status).toBe(429);
      await work();
    } finally {
      // The owner of the lock is refused as well; it loses its stream to its token's end.
      await server.running.stop();
      await Promise.allSettled(waiting);
      expect(body.baton).toBeDefined();
    }
  }

  it("are refused by databases and the Platform API, and the server says that it is there", async () => {
    const client = await TestSocket.open(database);
    await client.openStream(1);
    await whileFull(async () => {
      const refusal = await pipeline(database, [execute("SELECT 1")]);
      expect(refusal).toMatchObject({ status: 429, body: { code: "REQUESTS_TOO_MANY" } });
      expect(refusal.headers.get("retry-after")).toBe("1");
      const api = await server.api("GET", "/databases");
      expect(api).toMatchObject({ status: 429, body: { code: "rate_limited" } });
      expect(api.headers.get("retry-after")).toBe("1");
      expect(await client.execute(1, "SELECT 1")).toMatchObject({ code: "REQUESTS_TOO_MANY" });

      expect((await callApi(server, "GET", "/_local/health")).body).toMatchObject({ status: "ok" });
      const health = await fetch(`${database.url.replace(/\/$/, "")}/health`);
      expect(health.status).toBe(200);
    });
  });
});
