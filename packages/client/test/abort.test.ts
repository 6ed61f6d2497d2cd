import { getEventListeners, once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { createPlatform, resilience } from "@logicaldb/client";
import { undiciFetch } from "@logicaldb/client/undici";
import { clientOf, recorder, rejection } from "./support.ts";

test("aborted before the call, nothing is sent and no token is asked for", async () => {
  let asked = 0;
  const { client, seen } = await recorder({ token: () => `token-${asked++}` });
  const reason = new Error("not needed any more");
  const signal = AbortSignal.abort(reason);
  expect(await rejection(client.GET("/v1/locations", { signal }))).toBe(reason);
  expect(await rejection(client.try.GET("/v1/locations", { signal }))).toBe(reason);
  expect(seen).toEqual([]);
  expect(asked).toBe(0);
});

test("aborted while waiting, the call rejects with the reason and the request is cancelled", async () => {
  const controller = new AbortController();
  const reason = new Error("not needed any more");
  let closed: Promise<unknown> | undefined;
  const client = await clientOf((request) => {
    closed = once(request.socket, "close");
    controller.abort(reason);
  });
  const { signal } = controller;
  expect(await rejection(client.GET("/v1/locations", { signal }))).toBe(reason);
  await closed;
});

test("aborted in the middle of the body, the call rejects with the reason", async () => {
  const controller = new AbortController();
  const reason = new Error("not needed any more");
  const client = await clientOf((_, response) => response.writeHead(200).write('{"locations":'), {
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      controller.abort(reason);
      return response;
    },
  });
  const { signal } = controller;
  expect(await rejection(client.GET("/v1/locations", { signal }))).toBe(reason);
});

test("aborted in the middle of a page, an iteration ends before the next item", async () => {
  const page = { databases: [{ Name: "a" }, { Name: "b" }, { Name: "c" }] };
  const fetch = () => Response.json(page);
  const { databases } = createPlatform({ token: "t", organization: "o", fetch });
  const controller = new AbortController();
  const reason = new Error("not needed any more");
  const items = databases.iterate({}, { signal: controller.signal });
  expect(await items.next()).toMatchObject({ value: { Name: "a" } });
  controller.abort(reason);
  expect(await rejection(items.next())).toBe(reason);
  expect(await items.next()).toEqual({ done: true, value: undefined });
});

test("a timeout is a TimeoutError", async () => {
  const client = await clientOf(() => {});
  const signal = AbortSignal.timeout(1);
  expect(await rejection(client.GET("/v1/locations", { signal }))).toMatchObject({
    name: "TimeoutError",
  });
});

test("a signal that stays quiet changes nothing", async () => {
  const { client } = await recorder();
  const { signal } = new AbortController();
  expect(await client.GET("/v1/locations", { signal })).toEqual({});
});

test("aborted while its token is asked for, the call rejects with the reason", async () => {
  const { client, seen } = await recorder({ token: () => new Promise(() => {}) });
  const controller = new AbortController();
  const reason = new Error("not needed any more");
  const call = rejection(client.GET("/v1/locations", { signal: controller.signal }));
  controller.abort(reason);
  expect(await call).toBe(reason);
  expect(seen).toEqual([]);
});

test("aborted by a hook, nothing is sent", async () => {
  const controller = new AbortController();
  const reason = new Error("not needed any more");
  const use = resilience({ onRequest: () => controller.abort(reason) });
  const { client, seen } = await recorder({ use });
  const { signal } = controller;
  expect(await rejection(client.GET("/v1/locations", { signal }))).toBe(reason);
  expect(seen).toEqual([]);
});

test.each(["onRequest", "onResponse"] as const)(
  "aborted while %s does not end, the call rejects with the reason",
  async (hook) => {
    const controller = new AbortController();
    const reason = new Error("not needed any more");
    const hang = () => {
      setImmediate(() => controller.abort(reason));
      return new Promise(() => {});
    };
    const { client } = await recorder({ use: resilience({ [hook]: hang }) });
    const { signal } = controller;
    expect(await rejection(client.GET("/v1/locations", { signal }))).toBe(reason);
  },
);

test.each([
  ["fetch", fetch],
  ["undici", undiciFetch()],
])(
  "a signal of many calls over %s has few listeners, of which no runtime warns",
  async (_, way) => {
    const warnings: Error[] = [];
    const warned = (warning: Error) => void warnings.push(warning);
    process.on("warning", warned);
    onTestFinished(() => void process.off("warning", warned));
    const { client } = await recorder({ use: resilience(), fetch: way });
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 20 }, () => client.GET("/v1/locations", { signal })));
    expect(warnings).toEqual([]);
    // Some signals stay in memory for as long as they have one.
    expect(getEventListeners(signal, "abort")).toEqual([]);
  },
);
