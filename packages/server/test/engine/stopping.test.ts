import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { EngineProcess } from "../../src/engine/engine-process.ts";
import { NewFiles } from "../../src/engine/files/new-files.ts";
import { databasePath } from "../../src/engine/wire/database-path.ts";
import { operation } from "../../src/engine/wire/frames.ts";
import { defaultLimits } from "../../src/options/limits.ts";
import { execute, pipeline } from "../support/hrana.ts";
import { engineProcesses } from "../support/processes.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";

const endless =
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c";

const patience = { stop: 500 };

/** A request to a database whose client goes away when it is told to. */
function leaving(database: TestDatabase, sql: string) {
  const controller = new AbortController();
  const answer = fetch(new URL("v3/pipeline", database.url), {
    method: "POST",
    headers: { authorization: `Bearer ${database.token}` },
    body: JSON.stringify({ requests: [execute(sql), { type: "close" }] }),
    signal: controller.signal,
  }).catch(() => {});
  return async () => {
    controller.abort();
    await answer;
  };
}

it("a server stops while a statement without end begins to hold up what waits behind it", async () => {
  const server = await TestServer.start({ statementTimeout: 60_000, patience });
  const database = await server.createDatabase();
  const leaves = [leaving(database, endless), leaving(database, "SELECT 1")];
  // They have been read when a later request is answered.
  await server.must("GET", "/databases");
  for (const leave of leaves) await leave();
  await server.stop();
  expect(engineProcesses(process.pid)).toEqual([]);
});

it("a server stops while a connection waits to become a WebSocket", async () => {
  const server = await TestServer.start({ statementTimeout: 60_000, patience });
  const database = await server.createDatabase();
  const { hostname, port, host, pathname } = new URL(database.url);
  const socket = createConnection(Number(port), hostname);
  const body = JSON.stringify({ requests: [execute(endless)] });
  socket.on("error", () => {});
  socket.write(
    `POST ${pathname}v3/pipeline HTTP/1.1\r\nhost: ${host}\r\n` +
      `authorization: Bearer ${database.token}\r\ncontent-length: ${body.length}\r\n\r\n${body}` +
      `GET ${pathname} HTTP/1.1\r\nhost: ${host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
      "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  // It has been read when a later request is answered.
  await pipeline(await server.createDatabase(), [execute("SELECT 1")]);
  socket.resume();
  await Promise.all([server.stop(), once(socket, "close")]);
});

it("a server stops while a connection has yet to bring its first request", async () => {
  const server = await TestServer.start({ patience: { stop: 600_000 } });
  const { hostname, port } = new URL(server.url);
  const socket = createConnection(Number(port), hostname);
  await once(socket, "connect");
  // It has been accepted when a later connection is answered.
  await server.must("GET", "/databases");
  await Promise.all([server.stop(), once(socket.resume(), "close")]);
});

it("an engine process that is to stop loses nothing that it has been given", async () => {
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-stopping-"));
  const settings = {
    directory,
    incarnation: 1,
    processes: 1,
    synchronous: "normal" as const,
    statementTimeout: 10_000,
    openDatabases: 10,
    limits: defaultLimits,
    streamIdleTimeout: 10_000,
    transactionTimeout: 5_000,
    watchTime: 0,
  };
  const outcomes = { reply: 0, lost: 0, returned: 0 };
  const events = {
    reply: () => void (outcomes.reply += 1),
    lost: () => void (outcomes.lost += 1),
    returned: () => void (outcomes.returned += 1),
  };
  const requests = [execute("SELECT hex(zeroblob(10000))"), { type: "close" }];
  const body = Buffer.from(JSON.stringify({ requests }));
  const common = { flags: 0, databaseId: randomUUID() };
  const newFiles = new NewFiles(settings);
  await newFiles.create(databasePath(directory, common.databaseId));
  await newFiles.stop();
  await new Promise<void>((gone) => {
    const started = new EngineProcess(
      settings,
      {
        ready: () => {
          for (let count = 0; count < 1_000; count += 1) {
            started.send({ ...common, operation: operation.pipeline3, body }, events);
          }
          started.stop();
        },
        streams() {},
        streamsIdle() {},
        writerWaits() {},
        outgrown() {},
        gone: () => gone(),
      },
      0,
    );
  });
  // On a busy machine it may seem to be held up; what it has not begun is given back then.
  const { reply, lost, returned } = outcomes;
  expect({ lost, others: reply + returned }).toEqual({ lost: 0, others: 1_000 });
  await rm(directory, { recursive: true });
});
