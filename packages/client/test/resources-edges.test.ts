import { expect, test } from "vitest";
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
