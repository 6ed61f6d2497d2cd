import { once } from "node:events";
import { type IncomingMessage, METHODS, request } from "node:http";
import { json } from "node:stream/consumers";
import { expect, test } from "vitest";
import { useServer } from "../support/server.ts";

/** All that an HTTP server hears of but CONNECT, which asks for a tunnel. */
const methods = METHODS.filter((method) => method !== "CONNECT");

const server = useServer();

test.each([
  ["POST, DELETE", "/v1/auth/api-tokens/ci", ""],
  ["GET, HEAD", "/v1/organizations", ""],
  ["GET, HEAD", "/v1/organizations", "a body"],
])("only %s get through to %s, with %j", async (own, path, body) => {
  for (const method of methods.filter((each) => !own.split(", ").includes(each))) {
    const answer = await call(method, path, body);
    expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, own]);
    if (method === "HEAD") continue;
    expect(answer.body).toEqual({
      error: `${path} answers only ${own}, not ${method}`,
      code: "method_not_allowed",
    });
  }
});

test("HEAD is answered as GET is, without the body", async () => {
  const { token } = server;
  for (const path of ["/_local/health", "/v1/locations", "/v1/organizations/nobody/databases"]) {
    const get = await call("GET", path, "", token);
    const head = await call("HEAD", path, "", token);
    expect([path, head.status]).toEqual([path, get.status]);
    expect(head.headers["content-length"]).toBe(get.headers["content-length"]);
    expect(head.headers["content-type"]).toBe(get.headers["content-type"]);
  }
  expect((await call("HEAD", "/v1/locations")).status).toBe(401);
});

test("what takes no body does not mind one, however long it is", async () => {
  const { name } = await server.createDatabase();
  for (const body of ["{bad", "x".repeat(3_000_000)]) {
    const path = `/v1/organizations/${server.organization}/databases/${name}`;
    expect((await call("POST", `${path}/auth/rotate`, body, server.token)).status).toBe(200);
    expect((await call("POST", `${path}/update`, body, server.token)).status).toBe(200);
    expect((await call("GET", path, body, server.token)).status).toBe(200);
  }
  // The connections are as good as before.
  expect(await server.api("DELETE", `/databases/${name}`, { name })).toMatchObject({ status: 200 });
});

test("where there is nothing, there is nothing for every method", async () => {
  for (const method of methods) {
    expect([method, (await call(method, "/v1/nothing")).status]).toEqual([method, 404]);
  }
});

async function call(method: string, path: string, body = "", token?: string) {
  const headers = {
    "content-length": Buffer.byteLength(body),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const sent = request(server.url + path, { method, headers }).end(body);
  const response: IncomingMessage = (await once(sent, "response"))[0];
  const answer = method === "HEAD" ? response.resume() : await json(response);
  return { status: response.statusCode, headers: response.headers, body: answer };
}
