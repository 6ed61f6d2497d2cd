import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { createClient } from "@libsql/client";
import { attempt, createPlatform, NotFoundError } from "@logicaldb/client";
import { startPlatform, type TestPlatform } from "@logicaldb/server/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answers } from "./answers.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());

const location = "local";

test("takes back databases and organizations, and leaves the account its tokens", async () => {
  const { client } = platform;
  const { slug, client: ofTeam } = await platform.organization();
  const minted = await client.apiTokens.mint("ci");
  const old = await databaseOf(platform, "shop");
  await databaseOf({ client: ofTeam }, "shop");
  await platform.reset();

  expect(await client.databases.list()).toEqual([]);
  expect(await client.organizations.list()).toMatchObject([{ slug: platform.slug }]);
  expect((await attempt(ofTeam.databases.list())).error).toMatchObject({ code: "token_invalid" });
  await expect(answers(old)).rejects.toThrow(/DATABASE_NOT_FOUND/);
  for (const token of [platform.token, minted.token]) {
    const { url: baseUrl, slug: organization } = platform;
    const { databases } = createPlatform({ baseUrl, token, organization });
    expect(await databases.list()).toEqual([]);
  }
  const later = await platform.organization();
  expect(later.slug).not.toBe(slug);
});

test("a database of the same name is a new one, which the platform's client knows", async () => {
  const old = await databaseOf(platform, "again");
  const kept = platform.client.databases;
  await platform.reset();
  const fresh = await databaseOf({ client: { databases: kept } }, "again");
  expect(fresh.authToken).not.toBe(old.authToken);
  expect(await answers(fresh)).toBe(true);
  await expect(answers(old)).rejects.toThrow(/AUTH_JWT_INVALID/);
  await platform.client.databases.tokens.invalidateAll("again");
  expect(await answers(await kept.connect("again"))).toBe(true);
});

test("the platform's client knows no token of before it", async () => {
  await platform.createDatabase("seeded");
  const old = await platform.client.databases.connect("seeded");
  await platform.reset();
  await platform.createDatabase("seeded");
  const fresh = await platform.client.databases.connect("seeded");
  expect(fresh.authToken).not.toBe(old.authToken);
  expect(await answers(fresh)).toBe(true);
});

test("of an organization that it took back, a database is refused as by the API", async () => {
  const { slug, createDatabase } = await platform.organization();
  await platform.reset();
  const refusal = (await attempt(createDatabase("late"))).error;
  expect(refusal).toBeInstanceOf(NotFoundError);
  expect(refusal).toMatchObject({
    code: "organization_not_found",
    message: expect.stringContaining(`organization "${slug}" does not exist`),
  });
});

test("is noticed by an application that makes its databases anew", async () => {
  const { url: baseUrl, token, slug: organization } = platform;
  const { databases } = createPlatform({ baseUrl, token, organization });
  for (let round = 0; round < 3; round += 1) {
    await databases.ensure("signed-up", { location });
    expect(await answers(await databases.connect("signed-up"))).toBe(true);
    await platform.reset();
  }
});

test("ends transactions that are open, and what their clients do next", async () => {
  const database = createClient(await databaseOf(platform, "busy"));
  await database.execute("CREATE TABLE t (x)");
  const transaction = await database.transaction("write");
  await transaction.execute("INSERT INTO t VALUES (1)");
  await platform.reset();
  await expect(transaction.execute("INSERT INTO t VALUES (2)")).rejects.toThrow(
    /DATABASE_NOT_FOUND/,
  );
  database.close();
});

test("whoever creates meanwhile is before it or after it, never between", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `tenant-${index}`);
  const creations = Promise.all(
    names.map((name) => attempt(platform.client.databases.ensure(name, { location }))),
  );
  await platform.reset();
  const errors = (await creations).flatMap(({ error }) => error ?? []);
  // Taken back between its creation and its first query.
  expect(errors.filter((error) => !(error instanceof NotFoundError))).toEqual([]);
  const { databases } = platform.client;
  const left = (await databases.list()).filter(({ regions }) => regions.length > 0);
  const connections = await Promise.all(left.map(({ Name }) => databases.connect(Name)));
  expect(await Promise.all(connections.map(answers))).toEqual(left.map(() => true));
});

test("a template that is being made meanwhile is none, and its error says why", async () => {
  await expect(platform.template(() => platform.reset())).rejects.toThrow(
    "A reset came while this template was made",
  );
});

test("the disk follows", async () => {
  const platformOfItsOwn = await startPlatform();
  await databaseOf(platformOfItsOwn, "shop");
  await platformOfItsOwn.reset();
  await databaseOf(platformOfItsOwn, "shop");
  await expect.poll(() => databaseFiles(platformOfItsOwn.dataDir)).toHaveLength(1);
  await platformOfItsOwn.stop();
  expect(existsSync(platformOfItsOwn.dataDir)).toBe(false);
});

test("may be called many times at once", async () => {
  await databaseOf(platform, "shop");
  await Promise.all(Array.from({ length: 10 }, () => platform.reset()));
  expect(await platform.client.databases.list()).toEqual([]);
});

async function databaseOf(
  { client }: { readonly client: Pick<TestPlatform["client"], "databases"> },
  name: string,
) {
  await client.databases.ensure(name, { location });
  return await client.databases.connect(name);
}

async function databaseFiles(directory: string): Promise<string[]> {
  const names = await readdir(`${directory}/databases`, { recursive: true });
  return names.filter((name) => name.endsWith(".db"));
}
