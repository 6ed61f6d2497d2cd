import { inspect } from "node:util";
import { expect, test } from "vitest";
import { type RequestEvent, resilience, type ResponseEvent } from "@logicaldb/client";
import { testClock } from "../support-transport.ts";
import { clientOf, recorder, rejection, token } from "../support.ts";

const jwt = "eyJhbGciOiJFZERTQSJ9.eyJpZCI6IjEifQ.c2lnbmF0dXJl";
const database = "/v1/organizations/{org_slug}/databases/{db_name}";

test("hooks are told of each attempt", async () => {
  const events: (RequestEvent | ResponseEvent)[] = [];
  const keep = (event: RequestEvent | ResponseEvent) => void events.push(event);
  let requests = 0;
  const client = await clientOf(
    (request, response) => {
      if (++requests === 2) {
        request.socket.destroy();
        return;
      }
      response.writeHead(requests === 1 ? 503 : 200, { "X-Request-Id": `req-${requests}` });
      response.end('{"organizations":[]}');
    },
    { use: resilience({ onRequest: keep, onResponse: keep, clock: testClock() }) },
  );
  await client.GET("/v1/organizations");
  const operation = "GET /v1/organizations";
  const url = `${client.baseUrl}/v1/organizations`;
  expect(events).toMatchObject([
    { operation, attempt: 1, method: "GET", url },
    { operation, attempt: 1, status: 503, requestId: "req-1", milliseconds: 0, error: undefined },
    { operation, attempt: 2, method: "GET", url },
    { operation, attempt: 2, status: undefined, error: { name: "ConnectionError" } },
    { operation, attempt: 3, method: "GET", url },
    { operation, attempt: 3, status: 200, requestId: "req-3" },
  ]);
});

test("no token and no JWT is in what hooks are told", async () => {
  const log: unknown[] = [];
  const keep = (event: unknown) => void log.push(event);
  const use = resilience({ onRequest: keep, onResponse: keep, onRetry: keep, clock: testClock() });
  const client = await clientOf(
    (request, response) =>
      response.writeHead(503).end(`{"error":"${request.headers.authorization} ${jwt}"}`),
    { use },
  );
  const params = { path: { org_slug: "acme", db_name: jwt } };
  const error = await rejection(client.GET(database, { params }));
  const text = inspect([log, error], { depth: Infinity, showHidden: true });
  expect(log).toHaveLength(8);
  expect(text).toContain("[token]");
  expect(text).not.toContain(token);
  expect(text).not.toContain(jwt.slice(0, 12));
});

test("nor is a platform token that was given in place of a name", async () => {
  const urls: string[] = [];
  const use = resilience({ onRequest: ({ url }) => void urls.push(url) });
  const { client } = await recorder({ use });
  const params = { path: { token_name: `ldb_${"aB3_-".repeat(9).slice(0, 43)}` } };
  await client.DELETE("/v1/auth/api-tokens/{token_name}", { params });
  expect(urls).toEqual([expect.stringMatching(/\/api-tokens\/\[token\]$/)]);
});

test.each(["onRequest", "onResponse", "onRetry"] as const)(
  "what %s throws is not swallowed",
  async (name) => {
    const failure = new Error("the disk is full");
    const fail = () => {
      throw failure;
    };
    const client = await clientOf((_, response) => response.writeHead(503).end(), {
      use: resilience({ [name]: fail, clock: testClock() }),
    });
    expect(await rejection(client.GET("/v1/locations"))).toBe(failure);
  },
);

test("a client without hooks calls none", async () => {
  const { client } = await recorder({ use: resilience() });
  expect(await client.GET("/v1/locations")).toEqual({});
});

test.each(["onRequest", "onResponse", "onRetry"] as const)(
  "a call fails with what %s rejects with",
  async (hook) => {
    const reason = new Error("the log is full");
    const fails = async () => await Promise.reject(reason);
    const use = resilience({ [hook]: fails, clock: testClock() });
    const client = await clientOf((_, response) => response.writeHead(503).end(), { use });
    expect(await rejection(client.GET("/v1/locations"))).toBe(reason);
  },
);
