import { once } from "node:events";
import { createServer } from "node:net";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { type Client, createClient } from "@logicaldb/client";
import { undiciFetch } from "@logicaldb/client/undici";
import { clientOf, clientOfAnswer, deadUrl, rejection, token } from "./support.ts";

const jwt = "eyJhbGciOiJFZERTQSJ9.eyJpZCI6IjEifQ.c2lnbmF0dXJl";

/** Everything that a log could show of an error. */
function everything(error: unknown): string {
  const stack = error instanceof Error ? error.stack : "";
  return [
    inspect(error, { depth: Infinity, showHidden: true }),
    stack,
    JSON.stringify(error),
  ].join();
}

/** A client of a server that repeats the request's token in every answer. */
function echo(status: number, page: (authorization: string) => string): Promise<Client> {
  return clientOf((request, response) => {
    response.writeHead(status).end(page(request.headers.authorization ?? ""));
  });
}

const asError = (authorization: string) => JSON.stringify({ error: `bad header ${authorization}` });
const asPage = (authorization: string) => `<pre>${authorization}</pre>`;

test.each<[string, () => Promise<Client>]>([
  ["an error body that repeats the request", () => echo(400, asError)],
  ["a page that repeats the request", () => echo(502, asPage)],
  ["a page that repeats the request and claims success", () => echo(200, asPage)],
  ["an error that repeats the request and claims success", () => echo(200, asError)],
  ["a text that repeats the request and claims success", () => echo(200, JSON.stringify)],
  ["half an answer that repeats the request", () => echo(200, (it) => `{"token":"${it}`)],
  ["another answer that repeats the request", () => echo(200, (it) => `["${it}"]`)],
  ["a refused connection", async () => createClient({ token, baseUrl: await deadUrl() })],
  ["a broken connection", () => clientOf((request) => request.socket.destroy())],
])("the token is nowhere in the error of %s", async (_, makeClient) => {
  const client = await makeClient();
  expect(inspect(client, { depth: Infinity, showHidden: true })).not.toContain(token);
  const error = await rejection(client.GET("/v1/locations"));
  expect(everything(error)).not.toContain(token);
});

test.each<[string, Parameters<typeof createClient>[0]["fetch"]]>([
  ["fetch", undefined],
  ["undici", undiciFetch()],
])("nor where what repeats it speaks no HTTP, over %s", async (_, fetch) => {
  const server = createServer((socket) => socket.pipe(socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const client = createClient({ token, baseUrl: `http://127.0.0.1:${port}`, fetch });
  const error = await rejection(client.GET("/v1/locations"));
  server.close();
  expect(error).toMatchObject({ name: "ConnectionError" });
  expect(everything(error)).not.toContain(token);
});

test("what a page that claims success says is kept, but for the token", async () => {
  const client = await echo(200, (authorization) => `${asPage(authorization)} ${jwt}`);
  expect(await rejection(client.GET("/v1/locations"))).toMatchObject({
    name: "DecodeError",
    body: "<pre>Bearer [token]</pre> [token]",
  });
});

test("a token given for one call is blacked out too", async () => {
  const client = await clientOfAnswer(400, '{"error":"bad token another-token"}');
  const headers = { Authorization: "Bearer another-token" };
  const error = await rejection(client.GET("/v1/locations", { headers }));
  expect(error).toMatchObject({ body: { error: "bad token [token]" } });
  expect(everything(error)).not.toContain("another-token");
});

test.each([`{"jwt":"${jwt}`, `{"jwt":"${jwt}",}`, `{"jwt":"${jwt}"}}`, `["${jwt}"]`, `"${jwt}"`])(
  "a fresh token in half an answer is not in the error: %s",
  async (body) => {
    const client = await clientOfAnswer(200, body);
    const error = await rejection(
      client.POST("/v1/auth/api-tokens/{token_name}", { params: { path: { token_name: "ci" } } }),
    );
    expect(error).toMatchObject({ name: "DecodeError" });
    expect(everything(error)).not.toContain(jwt.slice(0, 8));
  },
);

test("a value that cannot be a token or a URL is not repeated", () => {
  const bad = "s3cret\nvalue";
  for (const make of [
    () => createClient({ token: bad }),
    () => createClient({ token, baseUrl: bad }),
    () => createClient({ token, baseUrl: `https://user:${token}@example.test` }),
  ]) {
    expect(make).toThrow(TypeError);
    expect(everything(attempt(make))).not.toMatch(new RegExp(`s3cret|${token}`));
  }
});

function attempt(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
