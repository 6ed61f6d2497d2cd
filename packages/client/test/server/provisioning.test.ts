import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createClient } from "@libsql/client";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  ConnectionError,
  type DatabaseConnection,
  type Platform,
  type RequestEvent,
  ServerError,
  TimeoutError,
} from "@logicaldb/client";
import { testClock } from "../support-transport.ts";
import { rejection } from "../support.ts";
import { serverOfFile } from "./server.ts";

const run = promisify(execFile);
/** Where programs find the client. */
const packageRoot = fileURLToPath(new URL("../../", import.meta.url));
const server = serverOfFile();
let platform: Platform;
beforeAll(() => {
  platform = server.platform();
});

const location = "local";

describe("ensure", () => {
  test("creates a database that answers, and returns the same one ever after", async () => {
    const first = await platform.databases.ensure("one", { location });
    expect(first).toMatchObject({ Name: "one", primaryRegion: location, regions: [location] });
    expect(await answers(await platform.databases.connect("one"))).toBe(true);
    expect(await platform.databases.ensure("one", { location: "ord" })).toEqual(first);
    expect(await platform.instances.list("one")).toHaveLength(1);
  });

  test("gives a database that has no primary one", async () => {
    await platform.databases.create({ name: "bare" });
    const impatient = server.platform({ clock: testClock() });
    const database = await impatient.databases.ensure("bare", { location, image: "canary" });
    expect(database).toMatchObject({ primaryRegion: location });
  });

  test("called 50 times at once makes one database with one instance", async () => {
    const platforms = Array.from({ length: 50 }, () => server.platform());
    const databases = await Promise.all(
      platforms.map(({ databases: { ensure } }) => ensure("crowd", { location })),
    );
    expect(new Set(databases.map(({ DbId }) => DbId)).size).toBe(1);
    expect(await platform.instances.list("crowd")).toHaveLength(1);
  });

  test("called by many processes at once makes one database with one instance", async () => {
    const options = { baseUrl: server.url, token: server.token, organization: "local" };
    const program = `
      import { createPlatform } from "@logicaldb/client";
      const { databases } = createPlatform(${JSON.stringify(options)});
      const { DbId } = await databases.ensure("processes", { location: "local" });
      console.log(DbId);`;
    const node = ["--input-type=module", "--eval", program];
    const printed = await Promise.all(
      Array.from({ length: 8 }, () => run(process.execPath, node, { cwd: packageRoot })),
    );
    const { DbId } = await platform.databases.get("processes");
    expect(printed.map(({ stdout }) => stdout)).toEqual(printed.map(() => `${DbId}\n`));
    expect(await platform.instances.list("processes")).toMatchObject([{ type: "primary" }]);
  });

  test("called 50 times at once after its creator died makes one instance too", async () => {
    await platform.databases.create({ name: "orphan" });
    const ensured = Array.from({ length: 50 }, () =>
      server.platform({ clock: testClock() }).databases.ensure("orphan", { location }),
    );
    await Promise.all(ensured);
    expect(await platform.instances.list("orphan")).toMatchObject([{ type: "primary" }]);
  });

  test("goes on where the answer to its own creation was lost", async () => {
    const flaky = server.platform({
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        if (init.method !== "POST" || url.includes("/instances")) return response;
        throw new TypeError("fetch failed");
      },
      clock: testClock(),
    });
    const database = await flaky.databases.ensure("lost-answer", { location });
    expect(database).toMatchObject({ primaryRegion: location });
  });

  test.each(["/databases", "/instances"])("repeats a %s that failed in passing", async (end) => {
    const failures = [
      () => Response.json({ error: "too much to do" }, { status: 503 }),
      async (url: string, init: RequestInit) => {
        await fetch(url, init);
        throw new TypeError("fetch failed");
      },
    ];
    for (const [index, fail] of failures.entries()) {
      const name = `passing-${end.slice(1)}-${index}`;
      let failed = 0;
      const flaky = server.platform({
        fetch: (url, init) =>
          init.method === "POST" && url.endsWith(end) && failed++ < 2
            ? fail(url, init)
            : fetch(url, init),
        clock: testClock(),
      });
      expect(await flaky.databases.ensure(name, { location })).toMatchObject({ Name: name });
      expect(failed).toBeGreaterThan(0);
      expect(await platform.instances.list(name)).toMatchObject([{ type: "primary" }]);
    }
  });

  test.each([
    ["a name that cannot be", "Not A Name", { location }, "invalid_input"],
    ["a location that is not there", "lost", { location: "atlantis" }, "unknown_location"],
  ])("rejects with the server's reason for %s", async (_, name, input, code) => {
    expect(await rejection(platform.databases.ensure(name, input))).toMatchObject({ code });
  });

  test.each([
    ["answers 500", () => Response.json({ error: "failed" }, { status: 500 }), ServerError],
    ["is not there", () => Promise.reject(new TypeError("fetch failed")), ConnectionError],
    ["does not answer", () => new Promise<Response>(() => {}), TimeoutError],
  ])("says of a database that exists what is wrong where the server %s", async (_, get, kind) => {
    await platform.databases.ensure("existing", { location });
    const flaky = server.platform({
      fetch: async (url, init) => (init.method === "GET" ? await get() : await fetch(url, init)),
      clock: testClock(),
      timeout: 100,
    });
    const error = await rejection(flaky.databases.ensure("existing", { location }));
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ operation: expect.stringContaining("GET ") });
  });

  test("finds a database that exists though the server fails in passing", async () => {
    const first = await platform.databases.ensure("passing-get", { location });
    let failed = 0;
    const flaky = server.platform({
      fetch: async (url, init) => {
        if (init.method !== "GET" || failed++ >= 4) return await fetch(url, init);
        return Response.json({ error: "too much to do" }, { status: 503 });
      },
      clock: testClock(),
    });
    expect(await flaky.databases.ensure("passing-get", { location })).toEqual(first);
  });

  test.each(["", ".", ".."])("sends nothing for the name %j", async (name) => {
    let sent = 0;
    const watched = server.platform({ onRequest: () => (sent += 1) });
    expect(await rejection(watched.databases.ensure(name, { location }))).toMatchObject({
      name: "UnsafePathError",
    });
    expect(sent).toBe(0);
  });

  test("stops waiting when its signal says so", async () => {
    await platform.databases.create({ name: "waiting" });
    const controller = new AbortController();
    const reason = new Error("not needed any more");
    const watched = server.platform({
      onResponse: ({ operation }) => {
        if (operation.endsWith("/instances")) controller.abort(reason);
      },
    });
    const { signal } = controller;
    expect(await rejection(watched.databases.ensure("waiting", { location }, { signal }))).toBe(
      reason,
    );
    expect(await platform.instances.list("waiting")).toEqual([]);
  });
});

describe("connect", () => {
  /** A platform with a database, a clock to turn and a list of the tokens that were minted. */
  async function watched(name: string) {
    await platform.databases.ensure(name, { location });
    const minted: RequestEvent[] = [];
    const clock = testClock();
    const onRequest = (event: RequestEvent) => {
      if (event.operation.endsWith("/auth/tokens")) minted.push(event);
    };
    return { clock, minted, databases: server.platform({ onRequest, clock }).databases };
  }

  test("returns what createClient of @libsql/client takes", async () => {
    const { databases } = await watched("plain");
    expect(await answers(await databases.connect("plain"))).toBe(true);
    const reader = open(await databases.connect("plain", { authorization: "read-only" }));
    await expect(reader.execute("CREATE TABLE t (x)")).rejects.toThrow(/read|BLOCKED|write/i);
  });

  test("mints a token once, also for many at the same time", async () => {
    const { databases, minted } = await watched("once");
    const all = await Promise.all(Array.from({ length: 50 }, () => databases.connect("once")));
    expect(new Set(all.map(({ authToken }) => authToken)).size).toBe(1);
    expect(minted).toHaveLength(1);
    await databases.connect("once", { authorization: "read-only" });
    await databases.connect("once", { expiration: "1h" });
    expect(minted).toHaveLength(3);
  });

  test("renews a token when four fifths of its time are over", async () => {
    const { databases, minted, clock } = await watched("renewed");
    const first = await databases.connect("renewed", { expiration: "1h" });
    clock.time += 48 * 60_000 - 1;
    expect(await databases.connect("renewed", { expiration: "1h" })).toEqual(first);
    clock.time += 1;
    await databases.connect("renewed", { expiration: "1h" });
    expect(minted).toHaveLength(2);
  });

  test("never renews a token that does not expire", async () => {
    const { databases, minted, clock } = await watched("for-ever");
    await databases.connect("for-ever");
    clock.time += 1e15;
    await databases.connect("for-ever");
    expect(minted).toHaveLength(1);
  });

  test("mints a new token after an invalidation", async () => {
    const { databases } = await watched("rotated");
    const old = await databases.connect("rotated");
    await databases.tokens.invalidateAll("rotated");
    expect(await answers(await databases.connect("rotated"))).toBe(true);
    await expect(open(old).execute("SELECT 1")).rejects.toThrow(/AUTH_JWT_INVALID/);
  });

  test("mints a new token after an invalidation elsewhere, when asked to", async () => {
    const { databases } = await watched("rotated-elsewhere");
    await databases.connect("rotated-elsewhere");
    await platform.databases.tokens.invalidateAll("rotated-elsewhere");
    const stale = open(await databases.connect("rotated-elsewhere"));
    await expect(stale.execute("SELECT 1")).rejects.toThrow(/AUTH_JWT_INVALID/);
    const fresh = await databases.connect("rotated-elsewhere", { renew: true });
    expect(await answers(fresh)).toBe(true);
    expect(await databases.connect("rotated-elsewhere")).toEqual(fresh);
  });

  test("forgets a database that was destroyed", async () => {
    const { databases } = await watched("reborn");
    const old = await databases.connect("reborn");
    await databases.destroy("reborn");
    expect(await rejection(databases.connect("reborn"))).toMatchObject({
      code: "database_not_found",
    });
    await databases.ensure("reborn", { location });
    const again = await databases.connect("reborn");
    expect(again.authToken).not.toBe(old.authToken);
    expect(await answers(again)).toBe(true);
  });

  test("forgets a database that it made in the place of one that is gone", async () => {
    const { databases } = await watched("replaced");
    await databases.connect("replaced");
    await platform.databases.destroy("replaced");
    await databases.ensure("replaced", { location });
    expect(await answers(await databases.connect("replaced"))).toBe(true);
    await platform.databases.destroy("replaced");
    await databases.create({ name: "replaced" });
    await databases.ensure("replaced", { location });
    expect(await answers(await databases.connect("replaced"))).toBe(true);
  });

  test("forgets one whose creation was not answered", async () => {
    await platform.databases.ensure("unanswered", { location });
    let lost = 0;
    const { databases } = server.platform({
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        if (lost > 0 || !(init.method === "POST" && url.endsWith("/databases"))) return response;
        lost += 1;
        throw new TypeError("fetch failed");
      },
      clock: testClock(),
    });
    await databases.connect("unanswered");
    await platform.databases.destroy("unanswered");
    await databases.ensure("unanswered", { location });
    expect(lost).toBe(1);
    expect(await answers(await databases.connect("unanswered"))).toBe(true);
  });

  test("does not tell a header that cannot be sent", async () => {
    const headers = { authorization: "Bearer very-secret\nvalue" };
    const error = await rejection(platform.databases.connect("plain", {}, { headers }));
    expect(error).toMatchObject({ name: "TypeError", message: "a header cannot be sent" });
  });

  test("gives nobody a token that another one's headers were good for", async () => {
    const { databases } = await watched("two-callers");
    await databases.connect("two-callers");
    const headers = { authorization: "Bearer of-somebody-else" };
    expect(await rejection(databases.connect("two-callers", {}, { headers }))).toMatchObject({
      code: "token_invalid",
    });
  });

  test("does not remember a failure", async () => {
    const { databases } = await watched("other");
    await rejection(databases.connect("later"));
    await platform.databases.ensure("later", { location });
    expect(await answers(await databases.connect("later"))).toBe(true);
  });

  test("given up by one is still there for the others", async () => {
    const { databases, minted } = await watched("shared");
    const controller = new AbortController();
    const { signal } = controller;
    const given = rejection(databases.connect("shared", {}, { signal }));
    const kept = databases.connect("shared");
    controller.abort(new Error("not needed any more"));
    expect(await given).toBe(signal.reason);
    expect(await answers(await kept)).toBe(true);
    expect(minted).toHaveLength(1);
  });

  test("gives each caller an object of its own", async () => {
    const { databases } = await watched("own");
    const first = await databases.connect("own");
    first.authToken = "changed";
    expect((await databases.connect("own")).authToken).not.toBe("changed");
  });
});

function open(connection: DatabaseConnection) {
  const client = createClient(connection);
  onTestFinished(() => client.close());
  return client;
}

async function answers(connection: DatabaseConnection): Promise<boolean> {
  return (await open(connection).execute("SELECT 1")).rows.length === 1;
}
