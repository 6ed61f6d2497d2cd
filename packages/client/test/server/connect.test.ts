import type { Platform, RequestEvent } from "@logicaldb/client";
import { beforeAll, describe, expect, test } from "vitest";
import { testClock } from "../support-transport.ts";
import { rejection } from "../support.ts";
import { answers, open } from "./database-client.ts";
import { serverOfFile } from "./server.ts";

const server = serverOfFile();
let platform: Platform;
beforeAll(() => {
  platform = server.platform();
});

const location = "local";

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
    expect(error).toMatchObject({
      name: "TypeError",
      message: "headers must be one line of Latin-1",
    });
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
