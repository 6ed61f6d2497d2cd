import { describe, expect, test } from "vitest";
import { UnsafePathError } from "@logicaldb/client";
import { recorder, rejection } from "./support.ts";

const template = "/v1/organizations/{org_slug}/databases/{db_name}";

describe("a value that would address another resource", () => {
  test.each([
    ["", 'path parameter db_name cannot be ""'],
    [".", 'path parameter db_name cannot be "."'],
    ["..", 'path parameter db_name cannot be ".."'],
    ["\ud800", 'path parameter db_name cannot be "\ud800"'],
  ])("%j is refused, and nothing is sent", async (db_name, message) => {
    const { client, seen } = await recorder();
    const error = await rejection(
      client.DELETE(template, { params: { path: { org_slug: "acme", db_name } } }),
    );
    expect(error).toBeInstanceOf(UnsafePathError);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ name: "UnsafePathError", parameter: "db_name", message });
    expect(seen).toEqual([]);
  });

  test("is refused in the style that does not throw too: it is a mistake of the caller", async () => {
    const { client, seen } = await recorder();
    const call = client.try.GET(template, { params: { path: { org_slug: "..", db_name: "a" } } });
    expect(await rejection(call)).toMatchObject({ parameter: "org_slug" });
    expect(seen).toEqual([]);
  });

  test("is refused before the token function is asked", async () => {
    let asked = 0;
    const { client } = await recorder({ token: () => `token-${asked++}` });
    await rejection(client.GET(template, { params: { path: { org_slug: "a", db_name: "" } } }));
    expect(asked).toBe(0);
  });

  test.each([
    ["{}", 'cannot be "undefined"'],
    ['{"token_name":null}', 'cannot be "null"'],
    ['{"token_name":["a"]}', 'cannot be "a"'],
    ['{"token_name":{}}', 'cannot be "[object Object]"'],
    ['{"token_name":true}', 'cannot be "true"'],
  ])("that plain JavaScript can pass, such as %s, is refused", async (values, problem) => {
    const { client, seen } = await recorder();
    const params = { path: JSON.parse(values) };
    const error = await rejection(client.DELETE("/v1/auth/api-tokens/{token_name}", { params }));
    expect(error).toMatchObject({ message: `path parameter token_name ${problem}` });
    expect(seen).toEqual([]);
  });
});

describe("a value that only looks dangerous arrives as one segment", () => {
  test.each([
    ["%2e%2e", "%252e%252e"],
    ["%2E.", "%252E."],
    ["..%2f", "..%252f"],
    ["a/b", "a%2Fb"],
    ["../..", "..%2F.."],
    ["..\\", "..%5C"],
    ["..\t", "..%09"],
    ["a?b#c", "a%3Fb%23c"],
    ["...", "..."],
    [" ", "%20"],
    ["\0", "%00"],
    ["tenant·é", "tenant%C2%B7%C3%A9"],
    ["{org_slug}", "%7Borg_slug%7D"],
    ["$&", "%24%26"],
  ])("%j", async (db_name, segment) => {
    const { client, seen } = await recorder();
    await client.GET(template, { params: { path: { org_slug: "acme", db_name } } });
    expect(seen.map(({ url }) => url)).toEqual([`/v1/organizations/acme/databases/${segment}`]);
    expect(decodeURIComponent(segment)).toBe(db_name);
  });
});

test("a number is a segment too", async () => {
  const { client, seen } = await recorder();
  const params = { path: JSON.parse('{"token_name":7}') };
  await client.DELETE("/v1/auth/api-tokens/{token_name}", { params });
  expect(seen[0]?.url).toBe("/v1/auth/api-tokens/7");
});
