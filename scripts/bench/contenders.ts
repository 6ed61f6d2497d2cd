import { type ChildProcess, fork, spawn } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { fromRoot } from "../lib/root.ts";
import { sqldProgram, startSqld } from "../lib/sqld.ts";
import { pipeline, send } from "./pipeline.ts";
import type { Target } from "./wrk.ts";

/** A server under measurement. */
export interface Contender {
  readonly name: string;
  /** `127.0.0.1` and the port. */
  readonly address: string;
  /** The process of the server; its children belong to it. */
  readonly pid: number;
  /** Makes a database and says where its pipelines go. */
  create(name: string): Promise<Target>;
  stop(): Promise<void>;
}

/** Real sqld. With a thousand databases it takes a sixth of a core even when nobody asks it. */
export interface Peer extends Contender {
  /** Lets it take no time while another one is measured. */
  pause(): void;
  resume(): void;
}

/** Our server, as its command runs it, with data in a temporary directory. */
export async function startOwn(...flags: string[]): Promise<Contender> {
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-bench-"));
  const token = "the-token-of-the-benchmark";
  const { child, url } = await spawnServer(["--data-dir", directory, "--token", token, ...flags]);
  const address = new URL(url).host;
  const api = "/v1/organizations/local/databases";
  const post = async (path: string, body: unknown): Promise<Record<string, unknown>> =>
    JSON.parse(await send(address, { path, host: address, token }, JSON.stringify(body)));
  return {
    name: "logicaldb",
    address,
    pid: child.pid ?? 0,
    async create(name) {
      await post(api, { name });
      await post(`${api}/${name}/instances`, { location: "local" });
      const { jwt } = await post(`${api}/${name}/auth/tokens`, {});
      return { path: `/${name}-local/v2/pipeline`, host: address, token: String(jwt) };
    },
    async stop() {
      child.kill();
      await once(child, "exit");
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Starts the command, and resolves when it says that it serves. */
export async function spawnServer(
  flags: readonly string[],
): Promise<{ child: ChildProcess; url: string }> {
  const command = fromRoot("packages/server/bin/logicaldb.js");
  const child = spawn(
    process.execPath,
    [command, "--port", "0", "--addressing", "path", ...flags],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /LOGICALDB_URL=(\S+)/.exec(line) ?? [];
    if (url !== undefined) {
      child.stdout.resume();
      return { child, url };
    }
  }
  throw new Error("logicaldb did not start");
}

/**
 * Real sqld, which checks tokens too; a database is a namespace of it.
 *
 * @returns undefined where there is no build of sqld for this machine
 */
export async function startPeer(): Promise<Peer | undefined> {
  const program = await sqldProgram();
  if (program === undefined) return undefined;
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const sqld = await startSqld(program, {
    jwtKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    args: ["--enable-namespaces", "--max-active-namespaces", "2000"],
  });
  const parts = [{ alg: "EdDSA", typ: "JWT" }, { a: "rw" }].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  const signature = sign(null, Buffer.from(parts.join(".")), privateKey).toString("base64url");
  const token = [...parts, signature].join(".");
  const address = new URL(sqld.url).host;
  return {
    name: "sqld",
    address,
    pid: sqld.pid,
    async create(name) {
      const admin = new URL(sqld.adminUrl).host;
      await send(admin, { path: `/v1/namespaces/${name}/create`, host: admin, token }, "{}");
      const target = { path: "/v2/pipeline", host: `${name}.localhost`, token };
      await untilThere(address, target);
      return target;
    },
    pause: () => process.kill(sqld.pid, "SIGSTOP"),
    resume: () => process.kill(sqld.pid, "SIGCONT"),
    stop: () => sqld.stop(),
  };
}

/** Sometimes sqld does not know a namespace that it has just made. */
async function untilThere(address: string, target: Target): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await send(address, target, pipeline(["SELECT 1"]));
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await delay(5);
    }
  }
}

/** A bare `node:http` server in a process of its own, which answers everything with one reply. */
export async function startCeiling(reply: string): Promise<{ address: string; stop(): void }> {
  const child = fork(fileURLToPath(new URL("ceiling.ts", import.meta.url)), {
    execArgv: ["--import", "tsx"],
  });
  child.send(reply);
  const [port]: unknown[] = await once(child, "message");
  return { address: `127.0.0.1:${String(port)}`, stop: () => child.kill() };
}
