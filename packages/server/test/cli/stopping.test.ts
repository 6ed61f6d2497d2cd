import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { callApi } from "../support/api.ts";
import { Command, end, type Started } from "../support/command.ts";
import { hasRead } from "../support/has-read.ts";
import { execute, run, values } from "../support/hrana.ts";
import { engineProcesses, isAlive } from "../support/processes.ts";
import { postAsText } from "../support/raw-http.ts";
import type { TestDatabase } from "../support/server.ts";

const command = new Command();
const counting = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < ?)";
const slow = `${counting} SELECT max(x) FROM c`;
const count = [{ type: "integer", value: "1500000" }];
const endless =
  "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c";

const fromHere = (path: string) => new URL(path, import.meta.url).href;

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A connection that stays open on this side, whatever the server does. */
async function connection(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  sockets.push(socket);
  socket.setEncoding("utf8").on("error", () => {});
  await once(socket, "connect");
  return socket;
}

async function createDatabase(server: Started): Promise<TestDatabase> {
  const call = async (path: string, body?: unknown) =>
    (await callApi(server, "POST", `/v1/organizations/local/databases${path}`, body)).body;
  const { database } = await call("", { name: "shop" });
  await call("/shop/instances", { location: "local" });
  const { jwt } = await call("/shop/auth/tokens");
  return { name: "shop", token: jwt, id: database.DbId, url: `${server.url}/shop-local/` };
}

describe("a server that is told to stop", () => {
  it("answers what is under way, though its engine processes hear of it too", async () => {
    const server = await command.start([], {}, { isDetached: true });
    const database = await createDatabase(server);
    await run(database, "SELECT 1");
    const outcome = run(database, slow, count);
    await hasRead(server);
    process.kill(-(server.child.pid ?? 0), "SIGTERM");
    expect(values(await outcome)).toEqual([["1500000"]]);
  });

  it("closes a connection when what came over it has been answered", async () => {
    const server = await command.start();
    const database = await createDatabase(server);
    const engines = engineProcesses(server.child.pid ?? 0);
    const socket = await connection(server.url);
    const request = (sql: string, args: unknown[]) =>
      postAsText(database, "v3/pipeline", { requests: [execute(sql, args), { type: "close" }] });
    let received = "";
    socket.on("data", (text: string) => (received += text));
    socket.write(request(slow, count));
    await hasRead(server);
    const ended = end(server.child, "SIGTERM");
    await once(socket, "end");
    socket.write(request("SELECT 1", []));
    expect(await ended).toBe(0);
    expect(received.match(/^HTTP\/1\.1 200/gm)).toHaveLength(1);
    expect(received).toContain("1500000");
    expect(engines.filter(isAlive)).toEqual([]);
  });

  it("waits for no client that was refused a WebSocket and stays", async () => {
    const server = await command.start();
    const socket = await connection(server.url);
    const lines = ["GET /v1 HTTP/1.1", "host: x", "connection: upgrade", "upgrade: websocket"];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    const [answer] = await once(socket, "data");
    expect(answer).toContain("UPGRADE_UNKNOWN");
    expect(await end(server.child, "SIGTERM")).toBe(0);
  });
});

describe("a temporary directory is removed", () => {
  const own = () => ({ TMPDIR: command.directory, TEMP: command.directory });
  // Node keeps a cache of compiled code beside it.
  const left = () => readdirSync(command.directory).filter((name) => name.startsWith("logicaldb"));

  it("by a server that is told to stop before it is ready", async () => {
    const starting = command.start(["--ephemeral"], own()).catch(() => {});
    await vi.waitUntil(() => left().length > 0, { timeout: 10_000, interval: 1 });
    for (const child of command.children) child.kill("SIGTERM");
    await starting;
    await Promise.all(command.children.map(async (child) => child.exitCode ?? once(child, "exit")));
    expect(left()).toEqual([]);
  });

  it("by a process that ends without stopping its server", () => {
    const library = fromHere("../../bundle/index.js");
    const program = `
      const { startServer } = await import(${JSON.stringify(library)});
      await startServer({ port: 0, dataDir: undefined });
      process.exit(3);`;
    const { status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      env: { ...process.env, ...own() },
    });
    expect(status).toBe(3);
    expect(left()).toEqual([]);
  });

  it("by the next server where its own was killed, and never while its own lives", async () => {
    const { url, token, output } = await command.start(["--ephemeral"], own());
    const [, living = ""] = /Data\s+(\S+)/.exec(output) ?? [];
    const abandoned = Array.from({ length: 10 }, (_, index) =>
      join(command.directory, `logicaldb-temporary-abandoned-${index}`),
    );
    for (const directory of abandoned) {
      mkdirSync(directory);
      writeFileSync(join(directory, "lock.db"), "");
    }
    const longAgo = new Date(Date.now() - 3_600_000);
    for (const directory of [living, ...abandoned]) {
      utimesSync(join(directory, "lock.db"), longAgo, longAgo);
    }
    await command.start(["--ephemeral"], own());
    await expect.poll(() => abandoned.filter(existsSync)).toEqual([]);
    expect(existsSync(join(living, "store.db"))).toBe(true);
    expect((await callApi({ url, token }, "GET", "/v1/organizations")).status).toBe(200);
  });
});

it.skipIf(process.platform !== "linux")(
  "a server goes on that has no descriptors left to replace an engine process, and replaces it later",
  async () => {
    const server = await command.start(["--statement-timeout", "1s", "--engine-processes", "1"]);
    const database = await createDatabase(server);
    await run(database, "SELECT 1");
    const pid = String(server.child.pid);
    const limit = (files: string) => execFileSync("prlimit", ["--pid", pid, `--nofile=${files}`]);
    limit("80:4096");
    const idle = Array.from({ length: 100 }, () => connection(server.url));
    await Promise.allSettled(idle.map((each) => Promise.race([each, pause(1_000)])));
    expect(await run(database, endless)).toMatchObject({ code: "STATEMENT_TIMEOUT" });
    await pause(300);
    limit("4096:4096");
    for (const socket of sockets.splice(0)) socket.destroy();
    await expect
      .poll(async () => await run(database, "SELECT 1"), { timeout: 20_000 })
      .toHaveProperty("rows");
    expect(server.child.exitCode).toBeNull();
  },
);

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
