import { once } from "node:events";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createClient, createPlatform, resilience, TimeoutError } from "@logicaldb/client";
import { clientOf, recorder, rejection, token } from "../support.ts";
import { exchange } from "../support-transport.ts";

const use = resilience({ timeout: 30, retries: 0 });

describe("a timeout", () => {
  test("ends a call that gets no answer, and cancels its request", async () => {
    let closed: Promise<unknown> | undefined;
    const client = await clientOf((request) => void (closed = once(request.socket, "close")), {
      use,
    });
    const error = await rejection(client.GET("/v1/locations"));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({
      name: "TimeoutError",
      message: "no answer in 30 ms [GET /v1/locations]",
      operation: "GET /v1/locations",
    });
    await closed;
  });

  test("ends a call whose answer drips", async () => {
    const timers: NodeJS.Timeout[] = [];
    const client = await clientOf(
      (_, response) => {
        response.writeHead(200, { "Content-Length": "1000000" });
        timers.push(setInterval(() => response.write(" "), 5));
      },
      { use },
    );
    expect(await rejection(client.GET("/v1/locations"))).toBeInstanceOf(TimeoutError);
    for (const timer of timers) clearInterval(timer);
  });

  const unusable: object[] = [
    ...[0, -5, NaN, "30", null].map((timeout) => ({ timeout })),
    ...[-1, NaN, "2"].map((retries) => ({ retries })),
  ];
  test.each(unusable)("of %o is refused, and nothing is sent", async (options) => {
    const { seen, url } = await recorder();
    const platform = createPlatform({ token, organization: "acme", baseUrl: url });
    const refusal = new TypeError("timeout must be > 0, retries >= 0");
    expect(await rejection(platform.locations.list(options))).toEqual(refusal);
    expect(await rejection(platform.databases.connect("shop", {}, options))).toEqual(refusal);
    expect(seen).toEqual([]);
    expect(() => resilience(options)).toThrow(refusal);
  });

  test("is none where it is infinite", async () => {
    const { client, seen } = await recorder({ use: resilience({ timeout: Infinity }) });
    await client.GET("/v1/locations");
    expect(seen).toHaveLength(1);
  });

  test("ends a call that waits for its token", async () => {
    const { client, seen } = await recorder({ use, token: () => new Promise(() => {}) });
    expect(await rejection(client.GET("/v1/locations"))).toBeInstanceOf(TimeoutError);
    expect(seen).toEqual([]);
  });

  test("ends a call whose fetch does not listen to signals", async () => {
    const client = createClient({ token, use, fetch: () => new Promise(() => {}) });
    expect(await rejection(client.GET("/v1/locations"))).toBeInstanceOf(TimeoutError);
  });

  test("is returned by the style that does not throw", async () => {
    const client = createClient({ token, use, fetch: () => new Promise(() => {}) });
    const { data, error, response } = await client.try.GET("/v1/locations");
    expect(error).toBeInstanceOf(TimeoutError);
    expect([data, response]).toEqual([undefined, undefined]);
  });

  test("is for one attempt, and the next has its own", async () => {
    let requests = 0;
    // Answered at once, the second attempt takes no time, however busy the machine is.
    const fetch = async () =>
      await (++requests === 1 ? new Promise<never>(() => {}) : Response.json({ locations: {} }));
    const clock = { now: Date.now, random: Math.random, sleep: async () => {} };
    const client = createClient({ token, fetch, use: resilience({ timeout: 30, clock }) });
    expect(await client.GET("/v1/locations")).toEqual({ locations: {} });
    expect(requests).toBe(2);
  });

  test.each([Infinity, 2 ** 40])("of %d ms does not end at once", async (timeout) => {
    const { client } = await recorder({ use: resilience({ timeout }) });
    expect(await client.GET("/v1/locations")).toEqual({});
  });
});

test("the signal of a call ends all its attempts", async () => {
  const controller = new AbortController();
  const reason = new Error("not needed any more");
  let requests = 0;
  const client = await clientOf(
    () => {
      requests++;
      controller.abort(reason);
    },
    { use: resilience() },
  );
  const { signal } = controller;
  expect(await rejection(client.GET("/v1/locations", { signal }))).toBe(reason);
  expect(requests).toBe(1);
});

test.each(["before it", "during it"])(
  "a call that was aborted %s leaves no timer, which would keep Node alive",
  async (when) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const controller = new AbortController();
    const { signal } = controller;
    const send = resilience()(() => new Promise(() => {}));
    const reason = new Error("not needed any more");
    if (when === "before it") controller.abort(reason);
    const call = rejection(send(exchange({ signal })));
    controller.abort(reason);
    expect(await call).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  },
);

test("a token function that throws fails the call once, with what it threw", async () => {
  const failure = new Error("the vault is sealed");
  let asked = 0;
  const fail = () => {
    asked++;
    throw failure;
  };
  const { client, seen } = await recorder({ token: fail, use: resilience() });
  expect(await rejection(client.GET("/v1/locations"))).toBe(failure);
  expect([asked, seen]).toEqual([1, []]);
});
