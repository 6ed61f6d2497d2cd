import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Quarantine } from "../../src/engine/quarantine.ts";
import { execute, pipeline, run, values } from "../support/hrana.ts";
import { timesAnswered } from "../support/meanwhile.ts";
import { type TestDatabase, TestServer } from "../support/server.ts";
import { TestSocket } from "../support/web-socket.ts";

/** SQLite takes a path of so many steps one call deeper each, until its stack is full. */
const crash = "SELECT json_set('{}', '$' || replace(hex(zeroblob(50000)), '00', '.a'), 1)";

describe("a database that makes its engine process fail again and again", () => {
  let server: TestServer;
  let bad: TestDatabase;
  let good: TestDatabase;
  beforeAll(async () => {
    server = await TestServer.start({ engineProcesses: 1, logLevel: "silent" });
    bad = await server.createDatabase();
    good = await server.createDatabase();
    await run(bad, "CREATE TABLE t (a)");
  });
  afterAll(async () => {
    await server.stop();
  });

  it("interrupts the others in it twice at most, and is refused for a while", async () => {
    const answers: string[] = [];
    const crashing = async () => {
      for (let crashes = 0; answers.at(-1) !== "DATABASE_QUARANTINED"; crashes += 1) {
        if (crashes === 10) return;
        answers.push((await run(bad, crash)).code);
      }
    };
    const others: string[] = [];
    await timesAnswered(crashing(), async () => {
      const { code } = await run(good, "SELECT 1");
      if (code !== undefined) others.push(code);
    });
    expect(answers).toEqual([...Array(3).fill("ENGINE_RESTARTED"), "DATABASE_QUARANTINED"]);
    expect(others.filter((code) => code !== "ENGINE_RESTARTED")).toEqual([]);
    expect(others.length).toBeLessThanOrEqual(2);
  });

  it("is told when to try again, on every way to it", async () => {
    const { status, headers, body } = await pipeline(bad, [execute("SELECT 1")]);
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: "DATABASE_QUARANTINED" });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    const socket = await TestSocket.open(bad);
    const opening = socket.ask({ type: "open_stream", stream_id: 1 });
    expect(await opening).toMatchObject({ code: "DATABASE_QUARANTINED" });
    await socket.close();
  });

  it("is served apart from the others after that, with streams and WebSockets", async () => {
    const insert = async () => await pipeline(bad, [execute("INSERT INTO t VALUES (1)")]);
    await expect.poll(async () => (await insert()).status, { timeout: 5_000 }).toBe(200);
    const { baton } = (await insert()).body;
    const other = (await pipeline(good, [execute("SELECT 1")])).body.baton;
    expect(baton.split(".")[0]).not.toBe(other.split(".")[0]);
    const read = await pipeline(bad, [execute("SELECT count(*) FROM t"), { type: "close" }], {
      baton,
    });
    expect(values(read.body.results[0].response.result)).toEqual([["2"]]);
    const socket = await TestSocket.open(bad);
    await socket.openStream(1);
    await socket.close();
  });
});

it("a database is not taken for another whose answers have not gone out", async () => {
  const server = await TestServer.start({ engineProcesses: 1, logLevel: "silent" });
  const bad = await server.createDatabase();
  const good = await server.createDatabase();
  const answers: unknown[] = [];
  const reads: Promise<{ code?: string }>[] = [];
  while (answers.length < 4) {
    for (let each = 0; each < 200; each += 1) reads.push(run(good, "SELECT hex(zeroblob(15000))"));
    answers.push((await run(bad, crash)).code);
  }
  const others = new Set((await Promise.all(reads)).map(({ code = "read" }) => code));
  expect(answers).toEqual([...Array(3).fill("ENGINE_RESTARTED"), "DATABASE_QUARANTINED"]);
  expect(others).toEqual(new Set(["read", "ENGINE_RESTARTED"]));
  await server.stop();
});

describe("the quarantine", () => {
  const minute = 60_000;

  function quarantine() {
    const clock = { now: 0 };
    return { clock, quarantine: new Quarantine({ isSilent: true }, () => clock.now) };
  }

  it("holds whoever was under way in two processes that failed, and lets go of it soon", () => {
    const { clock, quarantine: held } = quarantine();
    held.failed(["bad", "good"]);
    expect([held.has("bad"), held.has("good")]).toEqual([false, false]);
    expect(held.watchTime).toBeGreaterThan(0);
    held.failed(["bad", "good"]);
    expect([held.has("bad"), held.has("good")]).toEqual([true, true]);
    expect(held.refusalOf("good")).toBeUndefined();
    held.failed(["bad"]);
    clock.now += minute;
    expect([held.has("bad"), held.has("good")]).toEqual([true, false]);
  });

  it("refuses who goes on there for longer each time, and remembers it", () => {
    const { clock, quarantine: held } = quarantine();
    const refusedFor = Array.from({ length: 12 }, () => {
      held.failed(["bad"]);
      return held.refusalOf("bad")?.retryAfter;
    });
    expect(refusedFor.slice(0, 6)).toEqual([undefined, undefined, 1, 2, 4, 8]);
    expect(refusedFor.at(-1)).toBe(60);
    clock.now += 61_000;
    expect(held.refusalOf("bad")).toBeUndefined();
    clock.now += 60 * minute;
    expect(held.has("bad")).toBe(false);
    held.failed(["bad"]);
    expect(held.has("bad")).toBe(true);
  });

  it("forgets what was long ago", () => {
    const { clock, quarantine: held } = quarantine();
    held.failed(["unlucky"]);
    clock.now += 10 * minute;
    expect(held.watchTime).toBe(0);
    held.failed(["unlucky"]);
    expect(held.has("unlucky")).toBe(false);
  });
});
