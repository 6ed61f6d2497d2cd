import { expect, test } from "vitest";
import {
  createApiToken,
  deleteApiToken,
  findApiToken,
  listApiTokens,
  replaceApiToken,
} from "../../src/store/api-tokens.ts";
import { createStore } from "./harness.ts";

const token = (name: string, hash: string, username = "local") => ({
  id: `id of ${hash}`,
  username,
  name,
  hash,
  createdAt: 0,
});

test("a name belongs to one token of an account", async () => {
  const store = await createStore("local", "ada");
  expect(await createApiToken(store, token("ci", "1"))).toBe("created");
  expect(await createApiToken(store, token("ci", "2"))).toBe("exists");
  expect(await createApiToken(store, token("ci", "3", "ada"))).toBe("created");
  expect(await findApiToken(store, "1")).toEqual({ id: "id of 1", username: "local", name: "ci" });
  expect(await findApiToken(store, "2")).toBeUndefined();
  expect(await deleteApiToken(store, "local", "ci")).toBe(true);
  expect(await deleteApiToken(store, "local", "ci")).toBe(false);
  expect(await findApiToken(store, "3")).toMatchObject({ username: "ada" });
});

test("replacing makes the old value worthless, and may come first", async () => {
  const store = await createStore("local");
  await replaceApiToken(store, token("first", "1"));
  await replaceApiToken(store, token("first", "2"));
  await replaceApiToken(store, token("first", "2"));
  expect(await findApiToken(store, "1")).toBeUndefined();
  expect(await listApiTokens(store, "local")).toMatchObject([{ id: "id of 2", name: "first" }]);
});

test("one value is one token, whatever names it had", async () => {
  const store = await createStore("local", "ada");
  await replaceApiToken(store, token("first", "same"));
  await replaceApiToken(store, token("other", "same", "ada"));
  expect(await findApiToken(store, "same")).toMatchObject({ username: "ada", name: "other" });
  expect(await listApiTokens(store, "local")).toEqual([]);
});
