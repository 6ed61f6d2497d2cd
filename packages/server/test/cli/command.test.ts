import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { callApi } from "../support/api.ts";
import { Command, end } from "../support/command.ts";
import { run, values } from "../support/hrana.ts";
import { engineProcesses, isAlive, killHard } from "../support/processes.ts";

const command = new Command();

const organization = "/v1/organizations/local";

describe("logicaldb", () => {
  it("prints what one needs, and is healthy from then on", async () => {
    const { output, url, token } = await command.start();
    expect(output).toContain(`${url}/v1`);
    expect(token).toMatch(/^ldb_[\w-]{43}$/);
    const health = await fetch(`${url}/_local/health`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ status: "ok" });
    expect((await callApi({ url, token }, "GET", `${organization}/databases`)).status).toBe(200);
  });

  it("shows the token it minted once only", async () => {
    const first = await command.start();
    expect(await end(first.child, "SIGINT")).toBe(0);
    const second = await command.start();
    expect(second.output).not.toContain(first.token);
    const { url } = second;
    const answer = await callApi({ url, token: first.token }, "GET", `${organization}/databases`);
    expect(answer.status).toBe(200);
  });

  it("replaces a lost token, while the server runs too", async () => {
    const { url, token: lost } = await command.start();
    const { stdout, status } = command.run(["token"]);
    expect(status).toBe(0);
    const call = async (token: string) =>
      (await callApi({ url, token }, "GET", `${organization}/databases`)).status;
    expect(await call(stdout.trim())).toBe(200);
    expect(await call(lost)).toBe(401);
  });

  it("replaces the token of the directory that is named, wherever that stands", async () => {
    const { url, token: lost } = await command.start(["--data-dir", "named"]);
    const { stdout, status } = command.run(["--data-dir", "named", "token"]);
    expect(status).toBe(0);
    const call = async (token: string) =>
      (await callApi({ url, token }, "GET", `${organization}/databases`)).status;
    expect([await call(stdout.trim()), await call(lost)]).toEqual([200, 401]);
  });

  it("accepts the token of --token as long as it is started with it", async () => {
    const first = await command.start(["--token", "given-by-me"]);
    expect(first.token).toBe("given-by-me");
    const call = async (url: string) =>
      (await callApi({ url, token: "given-by-me" }, "GET", `${organization}/databases`)).status;
    expect(await call(first.url)).toBe(200);
    await end(first.child, "SIGTERM");
    expect(await call((await command.start()).url)).toBe(401);
  });

  it("keeps the account's own token where that is the one it is started with", async () => {
    const minted = await command.start();
    await end(minted.child, "SIGINT");
    // As in the terminal that the lines of the first start were pasted into.
    const again = await command.start([], { LOGICALDB_TOKEN: minted.token });
    expect(again.token).toBe(minted.token);
    await end(again.child, "SIGINT");
    const { url, output } = await command.start();
    expect(output).toContain("shown at the first start only");
    const { status, body } = await callApi(
      { url, token: minted.token },
      "GET",
      "/v1/auth/api-tokens",
    );
    expect([status, body.tokens]).toEqual([200, [expect.objectContaining({ name: "default" })]]);
  });

  it("leaves nothing behind with --ephemeral", async () => {
    const { child, output } = await command.start(["--ephemeral"]);
    const [, data = ""] = /Data\s+(\S+)/.exec(output) ?? [];
    expect(existsSync(data)).toBe(true);
    const engines = engineProcesses(child.pid ?? 0);
    expect(engines.length).toBeGreaterThan(0);
    expect(await end(child, "SIGINT")).toBe(0);
    expect(existsSync(data)).toBe(false);
    expect(existsSync(join(command.directory, ".logicaldb"))).toBe(false);
    await expect.poll(() => engines.filter(isAlive)).toEqual([]);
  });

  it("goes on where the directory that it was started in is removed", async () => {
    const { child, url, token } = await command.start(["--ephemeral"]);
    rmSync(command.directory, { recursive: true });
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
    mkdirSync(command.directory);
  });

  it("finds every database, row and token after kill -9", async () => {
    const first = await command.start();
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

    const second = await command.start();
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

  it("has every acknowledged row after kill -9 in the middle of writes", async () => {
    const first = await command.start();
    await callApi(first, "POST", `${organization}/databases`, { name: "busy" });
    const below = `${organization}/databases/busy`;
    await callApi(first, "POST", `${below}/instances`, { location: "local" });
    const { body } = await callApi(first, "POST", `${below}/auth/tokens`);
    const busy = { name: "busy", id: "", token: body.jwt, url: `${first.url}/busy-local/` };
    await run(busy, "CREATE TABLE t (a INTEGER PRIMARY KEY)");
    const acknowledged: string[] = [];
    let next = 1;
    const writers = Array.from({ length: 4 }, async () => {
      for (;;) {
        const value = String(next++);
        // Once the server is gone, there is no answer.
        const answer = await run(busy, "INSERT INTO t VALUES (?)", [
          { type: "integer", value },
        ]).catch(() => undefined);
        if (answer === undefined) return;
        if (answer.affected_row_count === 1) acknowledged.push(value);
      }
    });
    await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(200);
    const engines = engineProcesses(first.child.pid ?? 0);
    await end(first.child, "SIGKILL");
    await Promise.all(writers);
    await expect.poll(() => engines.filter(isAlive)).toEqual([]);

    const second = await command.start();
    const moved = { ...busy, url: `${second.url}/busy-local/` };
    const kept = new Set(values(await run(moved, "SELECT a FROM t")).map(([a]) => String(a)));
    expect(acknowledged.filter((value) => !kept.has(value))).toEqual([]);
    expect(values(await run(moved, "PRAGMA integrity_check"))).toEqual([["ok"]]);
  });
});

it("logs what it answered, and no token, not even one in the place of a name", async () => {
  const { child, url, token } = await command.start(["--log-level", "debug"]);
  let log = "";
  child.stderr?.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const given = `ldb_${"aB3_-".repeat(9).slice(0, 43)}`;
  await callApi({ url, token }, "DELETE", `/v1/auth/api-tokens/${given}`);
  await expect.poll(() => log).toContain("/v1/auth/api-tokens/[token]");
  expect(log).not.toContain(given);
  expect(log).not.toContain(token);
});

it("says at level info when it begins and when it ends", async () => {
  const { child, url, errors } = await command.start(["--log-level", "info"]);
  await end(child, "SIGTERM");
  const lines = errors()
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(lines).toMatchObject([
    { level: 30, msg: "Serving", port: Number(new URL(url).port) },
    { level: 30, msg: "Stopping" },
  ]);
});

it("refuses a directory whose databases are there, and the store that knew of them is not", async () => {
  const { child, url, token, errors } = await command.start(["--data-dir", "kept"]);
  const databases = `${organization}/databases`;
  await callApi({ url, token }, "POST", databases, { name: "shop" });
  await callApi({ url, token }, "POST", `${databases}/shop/instances`, { location: "local" });
  await end(child, "SIGTERM");
  expect(errors()).toBe("");
  const store = join(command.directory, "kept", "store.db");
  rmSync(store);
  for (let round = 0; round < 2; round += 1) {
    const { status, stderr } = command.run(["--data-dir", "kept"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/kept cannot be used.*store.db that knew of them is gone: put it back/);
    expect(existsSync(store)).toBe(false);
  }
});

it.each([
  ["error", { files: 1, ends: 1 }],
  ["silent", { files: 0, ends: 0 }],
])(
  "tells of files that cannot be used, and of engine processes that end: %s",
  async (level, told) => {
    const { child, url, token } = await command.start(["--log-level", level, "--data-dir", "kept"]);
    let log = "";
    child.stderr?.on("data", (chunk: Buffer) => (log += chunk.toString()));
    const databases = `${organization}/databases`;
    await callApi({ url, token }, "POST", databases, { name: "shop" });
    await callApi({ url, token }, "POST", `${databases}/shop/instances`, { location: "local" });
    const minted = await callApi({ url, token }, "POST", `${databases}/shop/auth/tokens`);
    renameSync(join(command.directory, "kept", "databases"), join(command.directory, "gone"));
    const shop = { name: "shop", id: "", token: minted.body.jwt, url: `${url}/shop-local/` };
    for (let round = 0; round < 3; round += 1) {
      expect(await run(shop, "SELECT 1")).toMatchObject({ code: "SQLITE_CANTOPEN" });
    }
    const before = engineProcesses(child.pid ?? 0);
    killHard(before);
    await vi.waitUntil(() => engineProcesses(child.pid ?? 0).some((pid) => !before.includes(pid)));
    expect(await end(child, "SIGTERM")).toBe(0);
    // Each process that was asked says so once.
    const files =
      log.match(/"code":"SQLITE_CANTOPEN".*"msg":"A database could not be used"/g) ?? [];
    expect(files.length > 0).toBe(told.files > 0);
    expect(files.length).toBeLessThan(3);
    expect((log.match(/An engine process ended by itself/g) ?? []).length > 0).toBe(told.ends > 0);
  },
);
