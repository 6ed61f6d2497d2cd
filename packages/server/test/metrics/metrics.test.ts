import { describe, expect, it } from "vitest";
import { callApi } from "../support/api.ts";
import { execute, pipeline, run, send } from "../support/hrana.ts";
import { TestServer, useDatabase, useServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

const endless =
  "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t";

const server = useServer({
  metricsPort: 0,
  statementTimeout: 1_000,
  patience: { streamIdle: 60_000 },
  limits: { databaseStreams: 1, bufferedBytes: 1_000_000 },
  logLevel: "silent",
});
const database = useDatabase(server);

type Numbers = Readonly<Record<string, number>>;

/** The series of logicaldb, by name and labels, without the buckets of histograms. */
async function read(): Promise<Numbers> {
  const response = await fetch(server.running.metricsUrl ?? "");
  const series = (await response.text()).matchAll(/^(logicaldb_\S+) (\S+)$/gm);
  const entries = [...series].map(([, name = "", value]): [string, number] => [
    name,
    Number(value),
  ]);
  return Object.fromEntries(entries.filter(([name]) => !/_bucket\{|_sum\{/.test(name)));
}

/** What some work adds to the series, but for memory. */
async function addedBy(work: () => Promise<unknown>): Promise<Numbers> {
  const before = await read();
  await work();
  const after = await read();
  const differences = Object.entries(after).map(([name, value]): [string, number] => [
    name,
    value - (before[name] ?? 0),
  ]);
  return Object.fromEntries(
    differences.filter(([name, value]) => value !== 0 && !name.includes("memory")),
  );
}

const requests = (endpoint: string, status: string) =>
  `logicaldb_database_requests_total{endpoint="${endpoint}",status="${status}"}`;
const operations = (operation: string, status: string) =>
  `logicaldb_platform_request_duration_seconds_count{operation="${operation}",status="${status}"}`;
const failures = (code: string) => `logicaldb_database_failures_total{code="${code}"}`;

describe("metrics count exactly", () => {
  it("requests to databases, by endpoint and status", async () => {
    const added = await addedBy(async () => {
      for (let round = 0; round < 3; round++) await run(database, "SELECT 1");
      await run(database, "SELECT nonsense");
      await send(database, "/v2/pipeline", { requests: [{ type: "close" }] }, database.token);
      await send(database, "/v3/cursor", { batch: { steps: [] } }, database.token);
      await send(database, "/v3/pipeline", { requests: [] }, "wrong");
      await send(database, "/v3/pipeline", "{", database.token);
      await fetch(`${database.url}dump`, { method: "POST" });
      await fetch(`${database.url}health`);
    });
    expect(added).toEqual({
      [requests("pipeline3", "2xx")]: 4,
      [requests("pipeline3", "4xx")]: 2,
      [requests("pipeline2", "2xx")]: 1,
      [requests("cursor3", "2xx")]: 1,
      [requests("other", "2xx")]: 1,
      [requests("other", "4xx")]: 1,
      [failures("AUTH_JWT_INVALID")]: 1,
      [failures("INVALID_JSON")]: 1,
      // The cursor's stream is left open.
      logicaldb_streams: 1,
      logicaldb_databases_in_use: 1,
    });
  });

  it("operations of the Platform API, by status, and databases", async () => {
    const added = await addedBy(async () => {
      await server.must("POST", "/databases", { name: "counted" });
      await server.api("POST", "/databases", { name: "counted" });
      await callApi(server, "GET", "/_local/health");
    });
    expect(added).toEqual({
      [operations("createDatabase", "2xx")]: 1,
      [operations("createDatabase", "4xx")]: 1,
      [operations("getHealth", "2xx")]: 1,
      logicaldb_databases: 1,
    });
  });

  it("streams, and those that are refused", async () => {
    const added = await addedBy(async () => {
      await pipeline(database, [execute("SELECT 1")]);
      await pipeline(database, [execute("SELECT 1")]);
    });
    // The stream of the cursor above is the one that is open.
    expect(added).toEqual({
      [requests("pipeline3", "4xx")]: 2,
      [failures("STREAMS_TOO_MANY")]: 2,
    });
  });

  it("statements that ran too long, and the processes that took the place of theirs", async () => {
    const added = await addedBy(async () => {
      await send(database, "/v1/execute", { stmt: { sql: endless } }, database.token);
      await run(database, "SELECT 1");
    });
    expect(added).toEqual({
      [requests("execute1", "4xx")]: 1,
      [failures("STATEMENT_TIMEOUT")]: 1,
      [requests("pipeline3", "2xx")]: 1,
      logicaldb_engine_processes_started_total: 1,
      logicaldb_streams: -1,
      logicaldb_databases_in_use: -1,
    });
  });

  it("clients that left before they had their answer", async () => {
    const other = await server.createDatabase();
    const headers = { authorization: `Bearer ${other.token}` };
    const added = await addedBy(async () => {
      const [reading, waiting] = [new AbortController(), new AbortController()];
      const cursor = async (baton: string | undefined, { signal }: AbortController) => {
        const steps = [{ stmt: { sql: "SELECT value FROM generate_series(1, 1e12)" } }];
        const body = JSON.stringify({ baton, batch: { steps } });
        return await fetch(`${other.url}v3/cursor`, { method: "POST", headers, body, signal });
      };
      const { body } = await cursor(undefined, reading);
      const { value } = (await body?.getReader().read()) ?? {};
      const [, baton] = /"baton":"([^"]+)"/.exec(Buffer.from(value ?? []).toString()) ?? [];
      const second = cursor(baton, waiting).catch(() => {});
      // It has been read when a later request is answered.
      await fetch(`${other.url}health`);
      waiting.abort();
      await second;
      reading.abort();
      await expect.poll(async () => (await read())[failures("CLIENT_LEFT")]).toBe(2);
    });
    expect(added).toMatchObject({ [failures("CLIENT_LEFT")]: 2 });
    expect(Object.keys(added)).not.toContain(requests("cursor3", "2xx"));
  });

  it("answers that were broken off, since there was no room for them", async () => {
    const sql = "SELECT hex(zeroblob(column1)) FROM (VALUES (50000), (1000000))";
    const added = await addedBy(async () => {
      const body = { batch: { steps: [{ stmt: { sql } }] } };
      await send(database, "/v3/cursor", body, database.token).catch(() => {});
    });
    expect(added).toMatchObject({
      [requests("cursor3", "5xx")]: 1,
      [failures("ANSWERS_TOO_LARGE")]: 1,
    });
    expect(Object.keys(added)).not.toContain(requests("cursor3", "2xx"));
  });

  it("clients over WebSocket, and their messages", async () => {
    let client: TestSocket | undefined;
    const opened = await addedBy(async () => {
      client = await TestSocket.open(database);
      client.send({
        type: "request",
        request_id: 1,
        request: { type: "open_stream", stream_id: 1 },
      });
      await client.receive();
    });
    expect(opened).toMatchObject({
      logicaldb_websocket_connections: 1,
      logicaldb_websocket_messages_total: 1,
    });
    const closed = await addedBy(async () => {
      client?.socket.close();
      await client?.closed;
    });
    expect(closed).toMatchObject({ logicaldb_websocket_connections: -1 });
  });
});

it.runIf(process.platform === "linux")("metrics tell the memory of engine processes", async () => {
  const text = await (await fetch(server.running.metricsUrl ?? "")).text();
  const memory = /^logicaldb_engine_process_resident_memory_bytes\{engine="\d+"\} (\d+)$/m;
  expect(Number(memory.exec(text)?.[1])).toBeGreaterThan(10_000_000);
});

it("metrics name no tenant", async () => {
  const text = await (await fetch(server.running.metricsUrl ?? "")).text();
  expect(text).toContain("process_cpu_seconds_total");
  expect(text).not.toContain(database.name);
  expect(text).not.toContain(database.id);
});

it("metrics have an address of their own, and are nowhere else", async () => {
  const url = new URL(server.running.metricsUrl ?? "");
  expect(url.hostname).toBe("127.0.0.1");
  expect((await fetch(new URL("/", url))).status).toBe(404);
  expect((await fetch(url, { method: "POST" })).status).toBe(405);
  expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
  expect((await fetch(`${database.url}metrics`)).status).toBe(404);
});

it("there are no metrics where nobody asked for them, nor after the end", async () => {
  const without = await TestServer.start();
  expect(without.running.metricsUrl).toBeUndefined();
  await without.stop();
  const other = await TestServer.start({ metricsPort: 0 });
  await other.stop();
  await expect(fetch(other.running.metricsUrl ?? "")).rejects.toThrow("fetch failed");
});
