import { expect, test } from "vitest";
import { createPlatform } from "@logicaldb/client";
import { token } from "./support.ts";

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
