import { expect, test } from "vitest";
import { createClient } from "@logicaldb/client";
import { recorder } from "./support.ts";

test.each([
  ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
  ["http://127.0.0.1:8080/", "http://127.0.0.1:8080"],
  ["http://127.0.0.1:8080//", "http://127.0.0.1:8080"],
  ["http://127.0.0.1:8080/v1", "http://127.0.0.1:8080"],
  ["http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080"],
  ["https://api.turso.tech:443/v1/", "https://api.turso.tech"],
  ["https://example.test/turso", "https://example.test/turso"],
  ["https://example.test/turso/v1//", "https://example.test/turso"],
  ["https://example.test/v10", "https://example.test/v10"],
  ["https://example.test/xv1", "https://example.test/xv1"],
  ["  http://[::1]:8080/\n", "http://[::1]:8080"],
])("%j is read as %s", (given, expected) => {
  expect(createClient({ token: "t", baseUrl: given }).baseUrl).toBe(expected);
});

test("a URL object will do", () => {
  const baseUrl = new URL("http://127.0.0.1:8080/v1/");
  expect(createClient({ token: "t", baseUrl }).baseUrl).toBe("http://127.0.0.1:8080");
});

test("without one, or with undefined, it is Turso Cloud", () => {
  expect(createClient({ token: "t" }).baseUrl).toBe("https://api.turso.tech");
  expect(createClient({ token: "t", baseUrl: undefined }).baseUrl).toBe("https://api.turso.tech");
});

test.each([
  ["", /must be http\(s\), without user, \? or #/],
  ["/v1", /must be http\(s\)/],
  ["api.turso.tech", /must be http\(s\)/],
  ["http://", /must be http\(s\)/],
  ["localhost:8080", /must be http\(s\)/],
  ["libsql://tenant-042-acme.turso.io", /must be http\(s\)/],
  ["file:///etc", /must be http\(s\)/],
  ["https://user@example.test", /without user/],
  ["https://example.test/?a=b", /\? or #/],
  ["https://example.test/#a", /\? or #/],
])("%j is refused when the client is made", (baseUrl, message) => {
  expect(() => createClient({ token: "t", baseUrl })).toThrow(TypeError);
  expect(() => createClient({ token: "t", baseUrl })).toThrow(message);
});

test.each(["", "/", "/v1", "/v1/"])("with %j at its end it leads to the same path", async (end) => {
  const { seen, url } = await recorder();
  const client = createClient({ token: "t", baseUrl: url + end });
  await client.GET("/v1/locations");
  expect(seen[0]?.url).toBe("/v1/locations");
});

test("a path before /v1 is kept", async () => {
  const { seen, url } = await recorder();
  const client = createClient({ token: "t", baseUrl: `${url}/behind/a/proxy/v1` });
  await client.GET("/v1/locations");
  expect(seen[0]?.url).toBe("/behind/a/proxy/v1/locations");
});
