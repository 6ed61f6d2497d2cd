import { once } from "node:events";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  ConnectionError,
  createClient,
  DecodeError,
  resilience,
  TimeoutError,
} from "@logicaldb/client";
import { undiciFetch } from "@logicaldb/client/undici";
import { clientOf, clientOfAnswer, deadUrl, path, recorder, rejection, token } from "./support.ts";

/** The transport, ended with the test. */
function transport(): ReturnType<typeof undiciFetch> {
  const fetch = undiciFetch({ connections: 2 });
  onTestFinished(() => fetch.close());
  return fetch;
}

test("sends what fetch sends", async () => {
  const { client, seen } = await recorder({ fetch: transport() });
  await client.POST("/v1/organizations/{org_slug}/databases", {
    params: { path },
    body: { name: "tenant-042" },
  });
  await client.GET("/v1/organizations/{org_slug}/databases", {
    params: { path, query: { limit: 2, cursor: "a b" } },
  });
  expect(seen).toMatchObject([
    {
      method: "POST",
      url: "/v1/organizations/acme/databases",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: '{"name":"tenant-042"}',
    },
    { method: "GET", url: "/v1/organizations/acme/databases?limit=2&cursor=a+b", body: "" },
  ]);
});

test("gives status, headers and body of an error", async () => {
  const body = '{"error":"slow down","code":"rate_limited"}';
  const client = await clientOfAnswer(
    429,
    body,
    { "Retry-After": "3", "X-Request-Id": "req-7" },
    { fetch: transport() },
  );
  expect(await rejection(client.GET("/v1/locations"))).toMatchObject({
    status: 429,
    code: "rate_limited",
    requestId: "req-7",
    retryAfter: 3_000,
  });
});

test("does not follow redirects, and knows answers without a body", async () => {
  const redirect = { Location: "/v1/elsewhere" };
  const moved = await clientOfAnswer(302, "", redirect, { fetch: transport() });
  expect(await rejection(moved.GET("/v1/locations"))).toMatchObject({ status: 302 });
  const empty = await clientOfAnswer(204, "", {}, { fetch: transport() });
  expect(await rejection(empty.GET("/v1/locations"))).toBeInstanceOf(DecodeError);
});

test("says which system error there was, and repeats a POST that was never sent", async () => {
  const delays: number[] = [];
  const use = resilience({ onRetry: ({ delay }) => void delays.push(delay) });
  const client = createClient({ token, baseUrl: await deadUrl(), fetch: transport(), use });
  const create = client.POST("/v1/auth/api-tokens/{token_name}", {
    params: { path: { token_name: "ci" } },
  });
  const error = await rejection(create);
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error instanceof Error && error.message).toContain("(ECONNREFUSED)");
  // As with `fetch`: how often a POST is repeated depends on it.
  expect(error).toMatchObject({ cause: { name: "TypeError", cause: { code: "ECONNREFUSED" } } });
  expect(delays).toHaveLength(2);
});

test("an abort cancels the request", async () => {
  const controller = new AbortController();
  let closed: Promise<unknown> | undefined;
  const client = await clientOf(
    (request) => {
      closed = once(request.socket, "close");
      controller.abort(new Error("not needed any more"));
    },
    { fetch: transport() },
  );
  const { signal } = controller;
  expect(await rejection(client.GET("/v1/locations", { signal }))).toBe(signal.reason);
  await closed;
});

test("an abort ends a call that waits for a connection, which is never sent", async () => {
  const urls: (string | undefined)[] = [];
  const client = await clientOf(({ url }) => void urls.push(url), { fetch: transport() });
  const first = new AbortController();
  const second = new AbortController();
  const busy = ["a", "b"].map((token_name) =>
    rejection(
      client.DELETE("/v1/auth/api-tokens/{token_name}", {
        params: { path: { token_name } },
        signal: first.signal,
      }),
    ),
  );
  const waiting = rejection(client.GET("/v1/locations", { signal: second.signal }));
  second.abort(new Error("not needed any more"));
  expect(await waiting).toBe(second.signal.reason);
  await vi.waitFor(() => expect(urls).toHaveLength(2));
  first.abort(new Error("over"));
  expect(await Promise.all(busy)).toEqual([first.signal.reason, first.signal.reason]);
  expect(new Set(urls)).toEqual(new Set(["/v1/auth/api-tokens/a", "/v1/auth/api-tokens/b"]));
  expect(urls).toHaveLength(2);
});

test("an abort before its turn comes keeps a call from being sent, and the next one has its turn", async () => {
  const fetch = undiciFetch({ connections: 1 });
  onTestFinished(() => fetch.close());
  const urls: (string | undefined)[] = [];
  let answerFirst = () => {};
  const client = await clientOf(
    ({ url }, response) => {
      urls.push(url);
      const answer = () => response.end('{"locations":{}}');
      if (urls.length === 1) answerFirst = answer;
      else answer();
    },
    { fetch },
  );
  const controller = new AbortController();
  const { signal } = controller;
  const first = client.GET("/v1/locations");
  const aborted = rejection(client.GET("/v1/organizations", { signal }));
  const last = client.GET("/v1/locations");
  await vi.waitFor(() => expect(urls).toHaveLength(1));
  controller.abort(new Error("not needed any more"));
  expect(await aborted).toBe(signal.reason);
  answerFirst();
  expect(await Promise.all([first, last])).toEqual([{ locations: {} }, { locations: {} }]);
  expect(urls).toEqual(["/v1/locations", "/v1/locations"]);
});

test("puts an answer together that comes in pieces, in the middle of a letter", async () => {
  const body = Buffer.from(JSON.stringify({ locations: { otp: "București, România" } }));
  const client = await clientOf(
    (_, response) => {
      for (const byte of body) response.write(Buffer.from([byte]));
      response.end();
    },
    { fetch: transport() },
  );
  expect(await client.GET("/v1/locations")).toEqual({ locations: { otp: "București, România" } });
});

test.each([
  ["gzip", gzipSync],
  ["X-Gzip", gzipSync],
  ["deflate", deflateSync],
  ["br", brotliCompressSync],
  ["gzip, gzip", (text: string) => gzipSync(gzipSync(text))],
  ["br, gzip", (text: string) => gzipSync(brotliCompressSync(text))],
])("reads an answer that a proxy has encoded: %s", async (coding, encode) => {
  const client = await clientOf(
    (_, response) => {
      response.writeHead(200, { "content-encoding": coding });
      response.end(encode('{"locations":{"ord":"Chicago"}}'));
    },
    { fetch: transport() },
  );
  expect(await client.GET("/v1/locations")).toEqual({ locations: { ord: "Chicago" } });
});

test("reads an encoded answer that has nothing in it", async () => {
  const client = await clientOf(
    (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(),
    { fetch: transport() },
  );
  const params = { path: { ...path, db_name: "shop" } };
  const rotate = "/v1/organizations/{org_slug}/databases/{db_name}/auth/rotate";
  expect(await client.POST(rotate, { params })).toEqual({});
});

test("closed, it opens no new connections", async () => {
  const fetch = transport();
  const { client, seen } = await recorder({ fetch });
  await fetch.close();
  const error = await rejection(client.GET("/v1/locations"));
  expect(error).toMatchObject({ cause: { message: "undiciFetch has been closed" } });
  expect(seen).toEqual([]);
});

test("waits for the answer after an early hint", async () => {
  const client = await clientOf(
    (_, response) => {
      response.writeEarlyHints({ link: "</style.css>; rel=preload; as=style" });
      response.end('{"locations":{}}');
    },
    { fetch: transport() },
  );
  expect(await client.GET("/v1/locations")).toEqual({ locations: {} });
});

test("a connection that breaks in the middle of the answer is a ConnectionError", async () => {
  const client = await clientOf(
    (request, response) => {
      response.writeHead(200, { "Content-Length": "100" });
      response.write('{"locations":', () => request.socket.destroy());
    },
    { fetch: transport() },
  );
  const error = await rejection(client.GET("/v1/locations"));
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error).toHaveProperty("message", expect.stringContaining("the answer broke off"));
});

test("a timeout ends a call whose answer drips", async () => {
  const use = resilience({ timeout: 50, retries: 0 });
  const client = await clientOf(
    (_, response) => {
      response.writeHead(200, { "Content-Length": "1000" });
      const timer = setInterval(() => response.write(" "), 5);
      response.on("close", () => clearInterval(timer));
    },
    { fetch: transport(), use },
  );
  expect(await rejection(client.GET("/v1/locations"))).toBeInstanceOf(TimeoutError);
});
