import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ensureAccountToken } from "../src/store/account-token.ts";
import { createApiToken, findApiToken, listApiTokens } from "../src/store/api-tokens.ts";
import { openStore } from "../src/store/open.ts";
import type { Store } from "../src/store/store.ts";
import { ensurePersonalOrganization } from "../src/store/organizations.ts";
import { generateApiToken, hashApiToken } from "../src/tokens/api-token.ts";

const username = "ann";
const now = 0;
const given = "the-token-of-the-command-line";

async function openEmptyStore(): Promise<Store> {
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-token-"));
  const store = await openStore({ url: `file:${join(directory, "store.db")}` });
  onTestFinished(async () => {
    store.close();
    await rm(directory, { recursive: true, force: true });
  });
  await ensurePersonalOrganization(store, username, now);
  return store;
}

async function mint(store: Store, name: string): Promise<string> {
  const { id, token, hash } = generateApiToken();
  await createApiToken(store, { id, hash, username, name, createdAt: now });
  return token;
}

async function isAccepted(store: Store, token: string): Promise<boolean> {
  return (await findApiToken(store, hashApiToken(token))) !== undefined;
}

async function names(store: Store): Promise<string[]> {
  return (await listApiTokens(store, username)).map(({ name }) => name);
}

test("a token that is given counts until a start without it", async () => {
  const store = await openEmptyStore();
  expect(await ensureAccountToken(store, username, given, now)).toBeUndefined();
  expect(await isAccepted(store, given)).toBe(true);
  const minted = await ensureAccountToken(store, username, undefined, now);
  expect(await isAccepted(store, given)).toBe(false);
  expect(await isAccepted(store, minted ?? "")).toBe(true);
});

test("another one takes its place", async () => {
  const store = await openEmptyStore();
  await ensureAccountToken(store, username, given, now);
  await ensureAccountToken(store, username, "another-token-of-the-command-line", now);
  expect(await isAccepted(store, given)).toBe(false);
  expect(await names(store)).toEqual(["command-line"]);
});

test("a token that its owner named like it stays, with and without one that is given", async () => {
  const store = await openEmptyStore();
  const own = await mint(store, "command-line");
  await ensureAccountToken(store, username, undefined, now);
  expect(await isAccepted(store, own)).toBe(true);
  await ensureAccountToken(store, username, given, now);
  expect(await isAccepted(store, own)).toBe(true);
  expect(await isAccepted(store, given)).toBe(true);
  expect(await names(store)).toEqual(["command-line", "command-line 2"]);
  await ensureAccountToken(store, username, undefined, now);
  expect(await names(store)).toEqual(["command-line"]);
});

test("the account's own token stays where it is the one that is given", async () => {
  const store = await openEmptyStore();
  const own = await mint(store, "laptop");
  await ensureAccountToken(store, username, own, now);
  await ensureAccountToken(store, username, undefined, now);
  expect(await isAccepted(store, own)).toBe(true);
});
