import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ConnectionError, type Platform, ServerError, TimeoutError } from "@logicaldb/client";
import { beforeAll, describe, expect, test } from "vitest";
import { testClock } from "../support-transport.ts";
import { rejection } from "../support.ts";
import { answers } from "./database-client.ts";
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

  test("says what is missing where the primary that it met is destroyed meanwhile", async () => {
    await platform.databases.ensure("vanishing", { location });
    const late = server.platform({
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        return url.endsWith("/instances") && init.method === "GET"
          ? Response.json({ instances: [] })
          : response;
      },
      clock: testClock(),
    });
    const error = await rejection(late.databases.ensure("vanishing", { location: "ord" }));
    expect(error).toMatchObject({ code: "instance_not_found" });
    expect(await platform.instances.list("vanishing")).toMatchObject([{ type: "primary" }]);
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
