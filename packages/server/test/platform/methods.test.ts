import { once } from "node:events";
import { type IncomingMessage, METHODS, request } from "node:http";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestServer } from "../support/server.ts";

/** All that an HTTP server hears of but CONNECT, which asks for a tunnel. */
const methods = METHODS.filter((method) => method !== "CONNECT");

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(async () => {
  await server.stop();
});

test.each(["", "a body"])("a path refuses every method but its own, with %j", async (body) => {
  const path = "/v1/organizations";
  for (const method of methods.filter((each) => each !== "GET")) {
    const answer = await call(method, path, body);
    expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, "GET"]);
    if (method === "HEAD") continue;
    expect(answer.body).toEqual({
      error: `${path} answers GET only, not ${method}`,
      code: "method_not_allowed",
    });
  }
});

test("where there is nothing, there is nothing for every method", async () => {
  for (const method of methods) {
    expect([method, (await call(method, "/v1/nothing")).status]).toEqual([method, 404]);
  }
});

async function call(method: string, path: string, body = "") {
  const headers = { "content-length": Buffer.byteLength(body) };
  const sent = request(server.url + path, { method, headers }).end(body);
  const response: IncomingMessage = (await once(sent, "response"))[0];
  const answer = method === "HEAD" ? response.resume() : await json(response);
  return { status: response.statusCode, headers: response.headers, body: answer };
}
