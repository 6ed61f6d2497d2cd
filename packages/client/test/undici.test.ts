import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { ConnectionError, createClient, DecodeError, resilience } from "@logicaldb/client";
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
