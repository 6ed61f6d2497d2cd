import { describe, expect, test } from "vitest";
import { createPlatform, DecodeError, UnsafePathError } from "@logicaldb/client";
import { clientOfAnswer, recorder, rejection, token } from "./support.ts";

const organization = "acme";

test.each(["", ".."])("a platform of the organization %j is none", (slug) => {
  expect(() => createPlatform({ token, organization: slug })).toThrow(UnsafePathError);
});

test("an answer without the list that it promises is no answer", async () => {
  const { baseUrl } = await clientOfAnswer(200, '{"databases":null}');
  const { databases } = createPlatform({ baseUrl, token, organization });
  expect(await rejection(databases.list())).toBeInstanceOf(DecodeError);
  expect(await rejection(databases.iterate().next())).toBeInstanceOf(DecodeError);
});

test("what a list does not know is sent in its query, for a server that does", async () => {
  const { client, seen } = await recorder();
  const { databases } = createPlatform({ baseUrl: client.baseUrl, token, organization });
  const input = { limit: 2, group: "default" };
  await rejection(databases.list(input));
  expect(seen).toMatchObject([
    { method: "GET", url: "/v1/organizations/acme/databases?limit=2&group=default" },
  ]);
});

describe("in plain JavaScript", () => {
  test.each<[string, unknown]>([
    ["a text", "1h"],
    ["a number", 5],
    ["a list", ["1h"]],
    ["a map", new Map([["expiration", "1h"]])],
    ["nothing", null],
  ])("%s in place of input is a TypeError, and nothing is sent", async (_, input) => {
    const { client, seen } = await recorder();
    const { databases } = createPlatform({ baseUrl: client.baseUrl, token, organization });
    for (const [owner, name] of [
      [databases.tokens, "mint"],
      [databases, "connect"],
    ] as const) {
      expect(await rejection(untyped(owner, name, "a", input))).toEqual(
        new TypeError("input must be an object"),
      );
    }
    expect(seen).toEqual([]);
  });

  test("no input where it is needed is a rejection", async () => {
    const { databases } = createPlatform({ token, organization });
    expect(await rejection(untyped(databases, "create"))).toBeInstanceOf(TypeError);
  });

  test("fields of an object without a prototype are input", async () => {
    const { client, seen } = await recorder();
    const { databases } = createPlatform({ baseUrl: client.baseUrl, token, organization });
    await rejection(databases.list(Object.assign(Object.create(null), { limit: 2 })));
    expect(seen).toMatchObject([{ url: "/v1/organizations/acme/databases?limit=2" }]);
  });
});

test("a page has its usual size where its limit is undefined", async () => {
  const { client, seen } = await recorder();
  const { databases } = createPlatform({ baseUrl: client.baseUrl, token, organization });
  await rejection(databases.iterate({ limit: undefined }).next());
  expect(seen).toMatchObject([{ url: "/v1/organizations/acme/databases?limit=100" }]);
});

/** Calls a method as plain JavaScript may. */
function untyped(owner: object, name: string, ...given: readonly unknown[]): Promise<unknown> {
  const method: unknown = Reflect.get(owner, name);
  if (typeof method !== "function") throw new Error(`${name} is no method`);
  const call: unknown = Reflect.apply(method, owner, given);
  return Promise.resolve(call);
}
