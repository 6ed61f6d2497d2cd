import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createDatabase } from "../../src/store/databases.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { ensurePersonalOrganization } from "../../src/store/organizations.ts";

/** A place for a store that goes away when the test ends. */
export async function temporaryUrl(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-store-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return `file:${join(directory, "store.db")}`;
}

/** An open store in which these accounts have their organizations. */
export async function createStore(...usernames: string[]): Promise<Store> {
  const store = await openStore({ url: await temporaryUrl() });
  onTestFinished(() => store.close());
  for (const username of usernames) await ensurePersonalOrganization(store, username, 0);
  return store;
}

/** Adds a database that must not exist yet. */
export async function addDatabase(store: Store, organization: string, name: string) {
  const signingKey = { privateKey: "private", publicKey: "public" };
  const id = randomUUID();
  const created = await createDatabase(store, { id, organization, name, signingKey, createdAt: 0 });
  if (created === "exists") throw new Error(`${name} exists`);
  return created;
}
