import { expect, test } from "vitest";
import { createPlatform, TimeoutError } from "@logicaldb/client";
import { rejection, token } from "./support.ts";

test.each([{ exp: 1e10 }, {}])(
  "a token that says %j, and not since when, is kept",
  async (says) => {
    let minted = 0;
    const { databases } = createPlatform({
      token,
      organization: "acme",
      fetch: (url) => {
        if (!url.endsWith("/auth/tokens")) return Response.json({ database: { Hostname: "h" } });
        minted += 1;
        return Response.json({ jwt: `${btoa("{}")}.${btoa(JSON.stringify(says))}.signature` });
      },
    });
    for (let index = 0; index < 3; index += 1) await databases.connect("shop");
    expect(minted).toBe(1);
  },
);

test("of more databases than are remembered, those used longest ago are forgotten", async () => {
  const minted: string[] = [];
  const claims = btoa(JSON.stringify({ iat: 1 }));
  const { databases } = createPlatform({
    token,
    organization: "acme",
    fetch: (url) => {
      const [, name = "", isMint] = /databases\/([^/]+)(\/auth\/tokens)?$/.exec(url) ?? [];
      if (isMint === undefined) return Response.json({ database: { Hostname: name } });
      minted.push(name);
      return Response.json({ jwt: `${btoa("{}")}.${claims}.signature` });
    },
  });
  const names = Array.from({ length: 10_000 }, (_, index) => `db-${index}`);
  for (const name of names) await databases.connect(name);
  expect(minted).toEqual(names);

  await databases.connect("db-0");
  await databases.connect("one-more");
  expect(minted.splice(0)).toEqual([...names, "one-more"]);
  await databases.connect("db-0");
  expect(minted).toEqual([]);
  await databases.connect("db-1");
  expect(minted).toEqual(["db-1"]);
});

/** A platform whose server answers when it is told to, and how. */
function heldBack() {
  let minted = 0;
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const { databases } = createPlatform({
    token,
    organization: "acme",
    fetch: async (url) => {
      if (url.endsWith("/auth/tokens")) minted += 1;
      await held;
      return Response.json({ database: { Hostname: "h" }, jwt: `token-${minted}` });
    },
  });
  return { databases, release, minted: () => minted };
}

const impatient = { timeout: 20, retries: 0 };

test("one that waits shortly does not take the answer from another one", async () => {
  const { databases, release } = heldBack();
  const short = rejection(databases.connect("shop", {}, impatient));
  const long = databases.connect("shop");
  expect(await short).toBeInstanceOf(TimeoutError);
  release();
  expect(await long).toMatchObject({ url: "libsql://h" });
});

test("one that waits shortly does not wait as long as another one", async () => {
  const { databases, release } = heldBack();
  const long = databases.connect("shop");
  expect(await rejection(databases.connect("shop", {}, impatient))).toBeInstanceOf(TimeoutError);
  release();
  expect(await long).toMatchObject({ url: "libsql://h" });
});

test("those that wait equally long share one request", async () => {
  const { databases, release, minted } = heldBack();
  const timeout = 10_000;
  const all = [1, 2, 3].map(() => databases.connect("shop", {}, { timeout }));
  release();
  await Promise.all(all);
  expect(minted()).toBe(1);
});
