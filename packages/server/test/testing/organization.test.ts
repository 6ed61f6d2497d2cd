import { attempt, createPlatform } from "@logicaldb/client";
import { startPlatform, type TestPlatform } from "@logicaldb/server/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answers } from "./answers.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());

const location = "local";

test("each organization has its own slug, token and databases", async () => {
  const [one, other] = await Promise.all([platform.organization(), platform.organization()]);
  expect(new Set([one.slug, other.slug, platform.slug]).size).toBe(3);
  expect(new Set([one.token, other.token, platform.token]).size).toBe(3);
  await Promise.all(
    [one, other].map(({ client }) => client.databases.ensure("shop", { location })),
  );
  const connections = await Promise.all(
    [one, other].map(({ client }) => client.databases.connect("shop")),
  );
  expect(await Promise.all(connections.map(answers))).toEqual([true, true]);
  await one.client.databases.destroy("shop");
  expect(await other.client.databases.list()).toMatchObject([{ Name: "shop" }]);
});

test("its token is good for it alone, the platform's token is good for it too", async () => {
  const [one, other] = await Promise.all([platform.organization(), platform.organization()]);
  const as = (token: string) =>
    createPlatform({ baseUrl: platform.url, token, organization: one.slug });
  expect((await attempt(as(other.token).databases.list())).error).toMatchObject({
    code: "not_a_member",
  });
  expect(await as(platform.token).databases.list()).toEqual([]);
  expect(await one.client.organizations.list()).toMatchObject([{ slug: one.slug, type: "team" }]);
  expect(await one.client.organizations.members.list()).toMatchObject([
    { username: platform.slug, role: "admin" },
    { username: one.slug, role: "owner" },
  ]);
});

test("platform tokens that a test mints are its organization's, too", async () => {
  const [one, other] = await Promise.all([platform.organization(), platform.organization()]);
  await one.client.apiTokens.mint("ci");
  await other.client.apiTokens.mint("ci");
  expect(await one.client.apiTokens.list()).toHaveLength(2);
});

test("a database that would have a path of the protocol as its address has another, and answers", async () => {
  const { createDatabase } = await platform.organization({ slug: "protobuf" });
  const database = await createDatabase("v3");
  expect(database.url).toContain("/v3-protobuf-");
  expect(await answers(database)).toBe(true);
});

test("a slug may be chosen, once", async () => {
  const { slug, client } = await platform.organization({ slug: "acme" });
  expect([slug, client.organization]).toEqual(["acme", "acme"]);
  await expect(platform.organization({ slug: "acme" })).rejects.toThrow(/"acme" already/);
  // The slugs that it gives are free ones.
  const next = Number(/[0-9]+$/.exec((await platform.organization()).slug)?.[0]) + 1;
  await platform.organization({ slug: `org-${next}` });
  expect((await platform.organization()).slug).toBe(`org-${next + 1}`);
  await expect(platform.organization({ slug: platform.slug })).rejects.toThrow(/already/);
  await expect(platform.organization({ slug: "not a slug" })).rejects.toThrow(TypeError);
});
