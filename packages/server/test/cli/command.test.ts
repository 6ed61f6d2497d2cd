import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { callApi } from "../support/api.ts";
import { run, values } from "../support/hrana.ts";
import { engineProcesses, isAlive } from "../support/processes.ts";

const command = fileURLToPath(new URL("../../bin/logicaldb.js", import.meta.url));

let directory: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "logicaldb-test-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
});

interface Started {
  readonly child: ChildProcess;
  readonly output: string;
  readonly url: string;
  readonly token: string;
}

/** Starts the command and reads what it prints until it is ready. */
async function start(...flags: string[]): Promise<Started> {
  const child = spawn(
    process.execPath,
    [command, "--port", "0", "--addressing", "path", ...flags],
    {
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  children.push(child);
  let output = "";
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("Ctrl-C")) resolve();
    });
    child.once("exit", (status) => reject(new Error(`ended with ${status}: ${errors}`)));
  });
  const [, url = ""] = /LOGICALDB_URL=(\S+)/.exec(output) ?? [];
  const [, token = ""] = /LOGICALDB_TOKEN=(\S+)/.exec(output) ?? [];
  return { child, output, url, token };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
  child.kill(signal);
  return await exit;
}

const organization = "/v1/organizations/local";

describe("logicaldb", () => {
  it("prints what one needs, and is healthy from then on", async () => {
    const { output, url, token } = await start();
    expect(output).toContain(`${url}/v1`);
    expect(token).toMatch(/^ldb_[\w-]{43}$/);
    const health = await fetch(`${url}/_local/health`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ status: "ok" });
    expect((await callApi({ url, token }, "GET", `${organization}/databases`)).status).toBe(200);
  });

  it("shows the token it minted once only", async () => {
    const first = await start();
    expect(await end(first.child, "SIGINT")).toBe(0);
    const second = await start();
    expect(second.output).not.toContain(first.token);
    const { url } = second;
    const answer = await callApi({ url, token: first.token }, "GET", `${organization}/databases`);
    expect(answer.status).toBe(200);
  });

  it("replaces a lost token, while the server runs too", async () => {
    const { url, token: lost } = await start();
    const { stdout, status } = spawnSync(process.execPath, [command, "token"], {
      cwd: directory,
      encoding: "utf8",
    });
    expect(status).toBe(0);
    const call = async (token: string) =>
      (await callApi({ url, token }, "GET", `${organization}/databases`)).status;
    expect(await call(stdout.trim())).toBe(200);
    expect(await call(lost)).toBe(401);
  });

  it("accepts the token of --token as long as it is started with it", async () => {
    const first = await start("--token", "given-by-me");
    expect(first.token).toBe("given-by-me");
    const call = async (url: string) =>
      (await callApi({ url, token: "given-by-me" }, "GET", `${organization}/databases`)).status;
    expect(await call(first.url)).toBe(200);
    await end(first.child, "SIGTERM");
    expect(await call((await start()).url)).toBe(401);
  });

  it("reads its flags from the environment", async () => {
    const child = spawn(process.execPath, [command], {
      cwd: directory,
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, LOGICALDB_PORT: "0", LOGICALDB_USER: "acme", LOGICALDB_TOKEN: "t" },
    });
    children.push(child);
    const output = await new Promise<string>((resolve) => {
      let text = "";
      child.stdout.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes("Ctrl-C")) resolve(text);
      });
    });
    expect(output).toContain("LOGICALDB_ORGANIZATION=acme");
    const [, url = ""] = /LOGICALDB_URL=(\S+)/.exec(output) ?? [];
    const { body } = await callApi({ url, token: "t" }, "GET", "/v1/organizations");
    expect(body.organizations).toMatchObject([{ slug: "acme", type: "personal" }]);
  });

  it("leaves nothing behind with --ephemeral", async () => {
    const { child, output } = await start("--ephemeral");
    const [, data = ""] = /Data\s+(\S+)/.exec(output) ?? [];
    expect(existsSync(data)).toBe(true);
    const engines = engineProcesses(child.pid ?? 0);
    expect(engines.length).toBeGreaterThan(0);
    expect(await end(child, "SIGINT")).toBe(0);
    expect(existsSync(data)).toBe(false);
    expect(existsSync(join(directory, ".logicaldb"))).toBe(false);
    await expect.poll(() => engines.filter(isAlive)).toEqual([]);
  });

  it("goes on where the directory that it was started in is removed", async () => {
    const { child, url, token } = await start("--ephemeral");
    rmSync(directory, { recursive: true });
    for (const engine of engineProcesses(child.pid ?? 0)) process.kill(engine, "SIGKILL");
    const server = { url, token };
    const instances = `${organization}/databases/later/instances`;
    await callApi(server, "POST", `${organization}/databases`, { name: "later" });
    const create = () => callApi(server, "POST", instances, { location: "local" });
    await expect.poll(async () => (await create()).status).toBe(200);
    const { body } = await callApi(server, "GET", instances);
    const [{ name }] = body.instances;
    // A process that comes and goes answers some of the time.
    for (let look = 0; look < 20; look++) {
      expect(await callApi(server, "GET", `${instances}/${name}/wait`)).toMatchObject({
        status: 200,
      });
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    mkdirSync(directory);
  });

  it("finds every database, row and token after kill -9", async () => {
    const first = await start();
    const names = Array.from({ length: 5 }, (_, index) => `tenant-${index}`);
    const databases = [];
    for (const name of names) {
      await callApi(first, "POST", `${organization}/databases`, { name });
      await callApi(first, "POST", `${organization}/databases/${name}/instances`, {
        location: "local",
      });
      const { body } = await callApi(
        first,
        "POST",
        `${organization}/databases/${name}/auth/tokens`,
      );
      const path = `/${name}-local/`;
      const database = { name, id: "", token: body.jwt, url: first.url + path, path };
      await run(database, "CREATE TABLE t (a)");
      expect(await run(database, "INSERT INTO t VALUES ('kept')")).toMatchObject({
        affected_row_count: 1,
      });
      databases.push(database);
    }
    const engines = engineProcesses(first.child.pid ?? 0);
    await end(first.child, "SIGKILL");
    await expect.poll(() => engines.filter(isAlive)).toEqual([]);

    const second = await start();
    const { body } = await callApi(
      { ...second, token: first.token },
      "GET",
      `${organization}/databases`,
    );
    expect(body.databases.map((database: { Name: string }) => database.Name)).toEqual(names);
    for (const database of databases) {
      const moved = { ...database, url: second.url + database.path };
      expect(values(await run(moved, "SELECT a FROM t"))).toEqual([["kept"]]);
    }
  });

  it("refuses a data directory that another server works in", async () => {
    await start("--data-dir", "shared");
    await expect(start("--data-dir", "shared")).rejects.toThrow(/another --data-dir/);
  });

  it("refuses a port that is taken, and says which", async () => {
    const { url } = await start();
    const { port } = new URL(url);
    const child = spawnSync(process.execPath, [command, "--port", port, "--data-dir", "other"], {
      cwd: directory,
      encoding: "utf8",
    });
    expect(child.status).toBe(1);
    expect(child.stderr).toContain(port);
  });

  it.each([
    [["--port", "http"], /port/],
    [["--port", "65536"], /port/],
    [["--statement-timeout", "soon"], /duration/],
    [["--statement-timeout", "-5s"], /duration/],
    [["--addressing", "dns"], /auto, host, path/],
    [["--user", "Not A Slug"], /account name/],
    [["--engine-processes", "0"], /above 0/],
    [["--host", "0.0.0.0", "--token", "short"], /24 characters/],
    [["--unknown"], /unknown option/],
    [["serve"], /too many arguments/],
  ])("refuses %j and says why", (flags, why) => {
    const child = spawnSync(process.execPath, [command, ...flags], {
      cwd: directory,
      encoding: "utf8",
    });
    expect(child.status).toBe(1);
    expect(child.stderr).toMatch(why);
    expect(existsSync(join(directory, ".logicaldb"))).toBe(false);
  });
});
