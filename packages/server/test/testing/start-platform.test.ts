import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { attempt, createPlatform, DatabaseExistsError } from "@logicaldb/client";
import * as testing from "@logicaldb/server/testing";
import { startPlatform } from "@logicaldb/server/testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { setEnvironment } from "../../../../scripts/test/support/environment.ts";
import { engineProcesses } from "../support/processes.ts";

test("these values are public, and no others", () => {
  expect(Object.keys(testing)).toEqual(["startPlatform"]);
});

test("serves when it resolves: a database is made and queried with nothing else", async () => {
  await using platform = await startPlatform();
  await platform.client.databases.ensure("shop", { location: "local" });
  const database = createClient(await platform.client.databases.connect("shop"));
  expect((await database.execute("SELECT 42")).rows[0]?.[0]).toBe(42);
});

test("its URL, token and slug are all that an application needs", async () => {
  await using platform = await startPlatform();
  const { url: baseUrl, token, slug: organization } = platform;
  const application = createPlatform({ baseUrl, token, organization });
  await application.databases.create({ name: "shop" });
  expect(await platform.client.databases.list()).toMatchObject([{ Name: "shop" }]);
});

test("errors of its client are those that a test imports from the client's package", async () => {
  await using platform = await startPlatform();
  await platform.client.databases.create({ name: "shop" });
  const { error } = await attempt(platform.client.databases.create({ name: "shop" }));
  expect(error).toBeInstanceOf(DatabaseExistsError);
});

test("several run at once and know nothing of each other", async () => {
  await using one = await startPlatform();
  await using other = await startPlatform();
  expect(other.url).not.toBe(one.url);
  await one.client.databases.create({ name: "shop" });
  expect(await other.client.databases.list()).toEqual([]);
  const stranger = { baseUrl: other.url, token: one.token, organization: other.slug };
  expect((await attempt(createPlatform(stranger).locations.list())).error).toMatchObject({
    code: "token_invalid",
  });
});

test("stopped, it has left nothing behind, and may be stopped again", async () => {
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-testing-"));
  onTestFinished(setEnvironment({ TMPDIR: directory, TEMP: directory }));
  onTestFinished(() => rm(directory, { recursive: true }));
  const platform = await startPlatform();
  await platform.client.databases.ensure("shop", { location: "local" });
  expect(await readdir(directory)).toHaveLength(1);
  await platform.stop();
  await platform.stop();
  expect(await readdir(directory)).toEqual([]);
  await expect(fetch(`${platform.url}/_local/health`)).rejects.toThrow("fetch failed");
});

test("started, it removes what was left behind by those that were killed, and nothing else", async () => {
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-testing-"));
  onTestFinished(setEnvironment({ TMPDIR: directory, TEMP: directory }));
  onTestFinished(() => rm(directory, { recursive: true }));
  await using running = await startPlatform();
  const names = ["logicaldb-temporary-killed", "logicaldb-temporary-young", "logicaldb-of-mine"];
  const [killed = "", young = "", mine = ""] = names.map((name) => join(directory, name));
  for (const each of [killed, young, mine]) {
    await mkdir(each);
    await writeFile(join(each, "lock.db"), "");
  }
  for (const each of [killed, mine, running.dataDir]) {
    await utimes(join(each, "lock.db"), 0, 0);
  }
  await using later = await startPlatform();
  await expect.poll(() => existsSync(killed)).toBe(false);
  for (const each of [young, mine, running.dataDir, later.dataDir]) {
    expect(existsSync(each)).toBe(true);
  }
});

test("stopped, it says so to whoever goes on, and to those whose work it cut short", async () => {
  const platform = await startPlatform();
  const other = await platform.organization();
  const underWay = Promise.allSettled(
    Array.from({ length: 20 }, (_, index) => platform.createDatabase(`db-${index}`)),
  );
  await platform.stop();
  const stopped = "has been stopped";
  for (const work of [
    () => platform.createDatabase("late"),
    () => other.createDatabase("late"),
    () => platform.organization(),
    () => platform.template("CREATE TABLE t (a)"),
    () => platform.reset(),
  ]) {
    await expect(work()).rejects.toThrow(stopped);
  }
  for (const outcome of await underWay) {
    const reason = outcome.status === "rejected" ? String(outcome.reason) : "";
    expect(reason).not.toContain("restarted");
  }
});

test("stopped while a template is filled, it says so", async () => {
  const platform = await startPlatform();
  await expect(platform.template(() => platform.stop())).rejects.toThrow("has been stopped");
});

test("takes the server's options, and those of its clients", async () => {
  const requested: string[] = [];
  await using platform = await startPlatform({
    user: "acme",
    token: "the-token-of-this-test",
    addressing: "host",
    client: { onRequest: ({ operation }) => requested.push(operation) },
  });
  expect(platform).toMatchObject({ token: "the-token-of-this-test", slug: "acme" });
  const { Hostname } = await platform.client.databases.create({ name: "shop" });
  expect(Hostname).toBe(`shop-acme.localhost:${new URL(platform.url).port}`);
  expect(requested).toEqual(["POST /v1/organizations/{org_slug}/databases"]);
});

test("what is undefined is not given: several may be started so", async () => {
  const options = { port: undefined, addressing: undefined, logLevel: undefined };
  await using one = await startPlatform({ ...options, patience: { stop: undefined } });
  await using other = await startPlatform({ ...options, limits: undefined });
  expect(other.url).not.toBe(one.url);
});

test("what cannot be used is refused, and no server is left behind", async () => {
  const servers = engineProcesses(process.pid);
  await expect(startPlatform({ client: { retries: -1 } })).rejects.toThrow("retries");
  const mistyped: object = { prot: 1 };
  await expect(startPlatform(mistyped)).rejects.toThrow(/prot is no option; there are port, /);
  const limits: object = { databaseByte: 1 };
  await expect(startPlatform({ limits })).rejects.toThrow(/databaseByte is no option; there are /);
  expect(engineProcesses(process.pid)).toEqual(servers);
});

test("serves a test that has put fakes in the place of all timers", async () => {
  await using platform = await startPlatform();
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { url, authToken } = await platform.createDatabase("shop", "CREATE TABLE t (a)");
  await platform.client.databases.create({ name: "other" });
  const database = createClient({ url, authToken });
  await database.execute("INSERT INTO t VALUES (42)");
  expect((await database.execute("SELECT a FROM t")).rows[0]?.[0]).toBe(42);
  const transaction = await database.transaction("write");
  await transaction.execute("INSERT INTO t VALUES (43)");
  await transaction.commit();
  vi.useRealTimers();
});
