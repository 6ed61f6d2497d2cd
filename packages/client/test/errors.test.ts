import { describe, expect, test } from "vitest";
import {
  ApiError,
  ConnectionError,
  createClient,
  DecodeError,
  LogicaldbError,
} from "@logicaldb/client";
import { clientOf, clientOfAnswer, deadUrl, path, rejection, serve, token } from "./support.ts";

const html = "<!doctype html><title>502 Bad Gateway</title>";
const htmlType = { "Content-Type": "text/html; charset=utf-8" };
const rotate = "/v1/organizations/{org_slug}/databases/{db_name}/auth/rotate";

describe("an error of the API", () => {
  const body = { error: "database with same name already exists", code: "database_exists" };

  test("has status, code, request id, body and operation", async () => {
    const client = await clientOfAnswer(409, JSON.stringify(body), {
      "Content-Type": "application/json",
      "X-Request-Id": "req-7",
    });
    const error = await rejection(
      client.POST("/v1/organizations/{org_slug}/databases", {
        params: { path: { org_slug: "acme" } },
        body: { name: "tenant-042" },
      }),
    );
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toBeInstanceOf(LogicaldbError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: "ApiError",
      message:
        "409 database_exists: database with same name already exists [POST /v1/organizations/{org_slug}/databases]",
      status: 409,
      code: "database_exists",
      requestId: "req-7",
      body,
      operation: "POST /v1/organizations/{org_slug}/databases",
    });
  });

  test("is returned, with the response, by the style that does not throw", async () => {
    const client = await clientOfAnswer(409, JSON.stringify(body), { "Retry-After": "3" });
    const { data, error, response } = await client.try.GET("/v1/locations");
    expect(data).toBeUndefined();
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 409, code: "database_exists" });
    expect(response?.headers.get("retry-after")).toBe("3");
  });

  test("shows the line that called", async () => {
    const client = await clientOfAnswer(404, "{}");
    const error = await rejection(
      (async function theCaller() {
        await client.GET("/v1/locations");
      })(),
    );
    expect(error instanceof Error && error.stack).toContain("theCaller");
  });
});

describe("an answer with an error status and another body", () => {
  test.each([
    ["HTML", 502, html, htmlType, html, "the answer is text/html, not this API's"],
    ["nothing", 503, "", {}, undefined, "the answer is empty"],
    ["no type", 500, "oops", {}, "oops", "the answer is untyped, not this API's"],
    [
      "truncated JSON",
      500,
      '{"err',
      undefined,
      '{"err',
      "the answer is application/json, not whole JSON",
    ],
    ["JSON null", 500, "null", undefined, "null", "the answer is application/json"],
    ["a list", 500, "[1]", undefined, [1], "the answer is application/json"],
    ["no text", 500, '{"error":{}}', undefined, { error: {} }, "the answer is application/json"],
    ["no code", 400, '{"error":"bad"}', undefined, { error: "bad" }, "bad ["],
  ])("%s", async (_, status, sent, headers, body, reason) => {
    const client = await clientOfAnswer(status, sent, headers);
    const error = await rejection(client.GET("/v1/locations"));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status, code: undefined, requestId: undefined, body });
    expect(error instanceof Error && error.message).toContain(`${status}: ${reason}`);
  });

  test.each(["from_the_future", "constructor", 7, null])("code %j is not one", async (code) => {
    const client = await clientOfAnswer(418, JSON.stringify({ error: "no", code }));
    const error = await rejection(client.GET("/v1/locations"));
    expect(error).toMatchObject({ status: 418, code: undefined, body: { error: "no", code } });
  });
});

describe("a redirect", () => {
  test.each([301, 302, 303, 307, 308])("%i is an error, and is not followed", async (status) => {
    let arrived = 0;
    const elsewhere = await serve((_, response) => {
      arrived++;
      response.end("{}");
    });
    const client = await clientOfAnswer(status, "", { Location: `${elsewhere}/v1/locations` });
    const error = await rejection(client.GET("/v1/locations"));
    expect(error).toMatchObject({ name: "ApiError", status, code: undefined });
    expect(error instanceof Error && error.message).toContain("is baseUrl the API's?");
    expect(arrived).toBe(0);
  });
});

describe("a success that is none", () => {
  test.each([
    ["HTML", html, htmlType, html, "the answer is text/html, not this API's"],
    ["text without a type", "hello", {}, "hello", "the answer is untyped, not this API's"],
    ["nothing", "", undefined, "", "the answer is empty"],
    [
      "truncated JSON",
      '{"locations":{"or',
      undefined,
      undefined,
      "the answer is application/json, not whole JSON",
    ],
    ["a list", "[]", undefined, undefined, "the answer is application/json, not this API's"],
    ["null", "null", undefined, undefined, "the answer is application/json, not this API's"],
    ["an error", '{"error":"internal"}', undefined, undefined, "internal"],
    ["a string", '"jwt"', undefined, undefined, "the answer is application/json, not this API's"],
  ])("%s", async (_, sent, headers, body, reason) => {
    const client = await clientOfAnswer(200, sent, headers);
    const error = await rejection(client.GET("/v1/locations"));
    expect(error).toBeInstanceOf(DecodeError);
    expect(error).toBeInstanceOf(LogicaldbError);
    expect(error).toMatchObject({
      name: "DecodeError",
      status: 200,
      body,
      operation: "GET /v1/locations",
    });
    expect(error instanceof Error && error.message).toContain(`200: ${reason}`);
    expect((await client.try.GET("/v1/locations")).error).toBeInstanceOf(DecodeError);
  });

  test("says what the answer claimed to be, and the request id", async () => {
    const client = await clientOfAnswer(200, html, { ...htmlType, "X-Request-Id": "req-8" });
    expect(await rejection(client.GET("/v1/locations"))).toMatchObject({
      contentType: "text/html",
      requestId: "req-8",
    });
  });
});

describe("an empty success", () => {
  test.each([200, 204])("with %i is {} where the contract has no properties", async (status) => {
    const client = await clientOfAnswer(status, "", {});
    expect(await client.POST(rotate, { params: { path } })).toEqual({});
  });

  test("is an error where the contract has some", async () => {
    const client = await clientOfAnswer(204, "", {});
    expect(await rejection(client.GET("/v1/organizations"))).toBeInstanceOf(DecodeError);
  });
});

describe("a connection", () => {
  test("that is refused names the server and keeps the cause", async () => {
    const baseUrl = await deadUrl();
    const error = await rejection(createClient({ token, baseUrl }).GET("/v1/locations"));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toBeInstanceOf(LogicaldbError);
    expect(error).toMatchObject({
      name: "ConnectionError",
      message: `no answer from ${baseUrl} (ECONNREFUSED) [GET /v1/locations]`,
      operation: "GET /v1/locations",
    });
    expect(error instanceof Error && error.cause).toBeInstanceOf(TypeError);
  });

  test("that closes before the answer", async () => {
    const client = await clientOf((request) => request.socket.destroy());
    const { error, response } = await client.try.GET("/v1/locations");
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error?.message).toContain("no answer from http://127.0.0.1:");
    expect(response).toBeUndefined();
  });

  test.each([200, 500])("that closes in the middle of the body of a %i", async (status) => {
    const client = await clientOf((request, response) => {
      response.writeHead(status, { "Content-Length": "100" });
      response.write('{"locations":', () => request.socket.destroy());
    });
    const { error, response } = await client.try.GET("/v1/locations");
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error?.message).toContain("the answer broke off");
    expect(response?.status).toBe(status);
  });

  test("to something that does not speak HTTP", async () => {
    const client = await clientOf((request) => request.socket.end("220 mail ready\r\n"));
    expect(await rejection(client.GET("/v1/locations"))).toBeInstanceOf(ConnectionError);
  });

  test("whose fetch throws at once", async () => {
    const failure = new Error("no route");
    const fetch = () => {
      throw failure;
    };
    const error = await rejection(createClient({ token, fetch }).GET("/v1/locations"));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ cause: failure });
  });
});
