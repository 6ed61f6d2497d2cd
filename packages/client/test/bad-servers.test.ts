import { inspect } from "node:util";
import type { RequestListener } from "node:http";
import { expect, test } from "vitest";
import {
  ApiError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  createPlatform,
  DecodeError,
  NotFoundError,
  PermissionError,
  PlanRequiredError,
  type Platform,
  RateLimitError,
  ServerError,
} from "@logicaldb/client";
import { testClock } from "./support-transport.ts";
import { rejection, serve, token } from "./support.ts";

const jwt = "eyJhbGciOiJFZERTQSJ9.eyJpZCI6IjEifQ.c2lnbmF0dXJl";
const page = "<!doctype html><title>Sign in</title>";

/** What a server can do wrong, whatever it was asked. */
const servers: [string, RequestListener, string][] = [
  ["answers nothing", () => {}, "TimeoutError"],
  [
    "drips",
    (_, response) => {
      response.writeHead(200, { "Content-Length": "1000" });
      const timer = setInterval(() => response.write(" "), 5);
      response.on("close", () => clearInterval(timer));
    },
    "TimeoutError",
  ],
  ["closes at once", (request) => request.socket.destroy(), "ConnectionError"],
  [
    "closes in the middle of the body",
    (request, response) => {
      response.writeHead(200, { "Content-Length": "100" });
      response.write(`{"jwt":"${jwt}`, () => request.socket.destroy());
    },
    "ConnectionError",
  ],
  ["does not speak HTTP", (request) => request.socket.end("220 mail ready\r\n"), "ConnectionError"],
  ["answers 200 with a page", (_, response) => response.end(page), "DecodeError"],
  ["answers 200 with nothing", (_, response) => response.end(), "DecodeError"],
  ["answers 200 with half an answer", (_, r) => r.end(`{"jwt":"${jwt}`), "DecodeError"],
  ["answers 200 with another object", (_, response) => response.end('{"ok":true}'), "DecodeError"],
  ["answers 502 with a page", (_, response) => response.writeHead(502).end(page), "ApiError"],
  ["answers 409 with nothing", (_, response) => response.writeHead(409).end(), "ApiError"],
  ["redirects", (_, r) => r.writeHead(302, { Location: "/v1/x" }).end(), "ApiError"],
  [
    "repeats the request's token",
    (request, response) => {
      response.writeHead(400).end(JSON.stringify({ error: request.headers.authorization }));
    },
    "ApiError",
  ],
];

test.each(servers)("of a server that %s, every method says so", async (_, listener, name) => {
  const log: unknown[] = [];
  const keep = (event: unknown) => void log.push(event);
  const platform = createPlatform({
    token,
    organization: "acme",
    baseUrl: await serve(listener),
    timeout: name === "TimeoutError" ? 50 : 30_000,
    clock: testClock(),
    onRequest: keep,
    onResponse: keep,
    onRetry: keep,
  });
  const errors = await Promise.all(calls(platform).map((call) => rejection(call)));
  expect(new Set(errors.map((error) => error instanceof Error && error.name))).toEqual(
    new Set([name]),
  );
  const text = inspect([log, errors, platform], { depth: Infinity, showHidden: true });
  expect(text).not.toContain(token);
  expect(text).not.toContain(jwt.slice(0, 12));
  expect(errors.map((error) => error instanceof Error && error.stack).join()).not.toContain(token);
});

test.each([
  ["nothing", ""],
  ["a page", page],
  ["half an answer", '{"locations":{"or'],
  ["another type", "[1]"],
])("with %s, every status leads to the error of its kind", async (_, body) => {
  const baseUrl = await serve((request, response) => {
    response.writeHead(Number(request.headers["x-status"])).end(body);
  });
  const { locations } = createPlatform({ token, organization: "acme", baseUrl, retries: 0 });
  const statuses = Array.from({ length: 400 }, (__, index) => 200 + index);
  const errors = await Promise.all(
    statuses.map((status) =>
      rejection(locations.list({ headers: { "X-Status": String(status) } })),
    ),
  );
  for (const [index, error] of errors.entries()) {
    const status = statuses[index] ?? 0;
    expect(error).toBeInstanceOf(kindOf(status));
    // What a proxy says of its own login, `fetch` keeps to itself.
    const seen = status === 407 ? {} : { status };
    expect(error).toMatchObject({ ...seen, operation: "GET /v1/locations" });
  }
});

function kindOf(status: number) {
  if (status < 300) return DecodeError;
  if (status === 407) return ConnectionError;
  const own = new Map<number, typeof ApiError>([
    [401, AuthenticationError],
    [402, PlanRequiredError],
    [403, PermissionError],
    [404, NotFoundError],
    [409, ConflictError],
    [429, RateLimitError],
  ]);
  return own.get(status) ?? (status >= 500 ? ServerError : ApiError);
}

test("an answer that lacks what the method returns says what is missing", async () => {
  const baseUrl = await serve((_, response) => response.end("{}"));
  const platform = createPlatform({ token, organization: "acme", baseUrl });
  expect(await rejection(platform.databases.get("a"))).toMatchObject({
    name: "DecodeError",
    message:
      "200: the answer has no database [GET /v1/organizations/{org_slug}/databases/{db_name}]",
  });
});

test.each(["{}", "5", '"abc"', "null"])("a list that is %s is none", async (databases) => {
  const baseUrl = await serve((_, response) => {
    response.writeHead(200, { "x-request-id": "id-9" }).end(`{"databases":${databases}}`);
  });
  const platform = createPlatform({ token, organization: "acme", baseUrl });
  const error = await rejection(platform.databases.iterate().next());
  expect(error).toBeInstanceOf(DecodeError);
  expect(error).toMatchObject({ requestId: "id-9" });
  expect(await rejection(platform.databases.list())).toBeInstanceOf(DecodeError);
});

test.each(["{}", "5", "[]", '""', "null"])("a token that is %s is none", async (value) => {
  const baseUrl = await serve((_, response) => response.end(`{"jwt":${value}}`));
  const { databases } = createPlatform({ token, organization: "acme", baseUrl });
  const error = await rejection(databases.tokens.mint("a"));
  expect(error).toBeInstanceOf(DecodeError);
  expect(error).toMatchObject({ message: expect.stringContaining("the answer has no jwt") });
});

test.each(['{"error":{"message":"no"}}', '{"error":["no"]}', '{"error":"no"}'])(
  "a 200 that says %s is no success",
  async (body) => {
    const baseUrl = await serve((_, response) => response.end(body));
    const platform = createPlatform({ token, organization: "acme", baseUrl });
    const rotated = platform.databases.tokens.invalidateAll("a");
    expect(await rejection(rotated)).toBeInstanceOf(DecodeError);
  },
);

test("a list whose last page names no next one in an empty text ends there", async () => {
  let asked = 0;
  const baseUrl = await serve((_, response) => {
    asked += 1;
    response.end('{"databases":[{"Name":"a"}],"pagination":{"next":""}}');
  });
  const platform = createPlatform({ token, organization: "acme", baseUrl });
  for await (const { Name } of platform.databases.iterate()) expect(Name).toBe("a");
  expect(asked).toBe(1);
});

test("a list whose pages come again ends with an error", async () => {
  const baseUrl = await serve((_, response) =>
    response.end('{"databases":[],"pagination":{"next":"same"}}'),
  );
  const platform = createPlatform({ token, organization: "acme", baseUrl });
  expect(await rejection(platform.databases.iterate().next())).toMatchObject({
    name: "DecodeError",
    message: "200: the answer has no new cursor [GET /v1/organizations/{org_slug}/databases]",
  });
});

test("a server that knows no pages is gone through in one", async () => {
  const baseUrl = await serve((_, response) => response.end('{"databases":[{"Name":"a"}]}'));
  const platform = createPlatform({ token, organization: "acme", baseUrl });
  const names: string[] = [];
  for await (const { Name } of platform.databases.iterate()) names.push(Name);
  expect(names).toEqual(["a"]);
});

test.each([undefined, "not-a-jwt", "a.!!!.c", "a.bnVsbA.c"])(
  "a database token that cannot be read (%s) is never taken from the cache",
  async (payload) => {
    const authToken = payload ?? `${btoa("{}")}.${btoa('{"exp":1}')}.c`;
    let minted = 0;
    const baseUrl = await serve((request, response) => {
      const isMint = request.url?.endsWith("/tokens") === true;
      if (isMint) minted++;
      response.end(isMint ? JSON.stringify({ jwt: authToken }) : '{"database":{"Hostname":"h"}}');
    });
    const { databases } = createPlatform({ token, organization: "acme", baseUrl });
    expect(await databases.connect("a")).toEqual({ url: "http://h", authToken });
    await databases.connect("a");
    expect(minted).toBe(2);
  },
);

/** One call of each kind: those that answer with nothing are left out, as their answer is `{}`. */
function calls({ databases, instances, locations, apiTokens }: Platform): Promise<unknown>[] {
  return [
    databases.list(),
    databases.create({ name: "a" }),
    databases.destroy("a"),
    databases.ensure("a", { location: "local" }),
    databases.connect("a"),
    databases.iterate().next(),
    instances.get("a", "b"),
    locations.list(),
    apiTokens.revoke("ci"),
  ];
}
