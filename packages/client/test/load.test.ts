import { expect, onTestFinished, test } from "vitest";
import { createPlatform } from "@logicaldb/client";
import { undiciFetch } from "@logicaldb/client/undici";
import { serve, token } from "./support.ts";

const organization = "acme";

test("10,000 calls at the same time all get their own answer", async () => {
  const baseUrl = await serve((request, response) =>
    response.end(JSON.stringify({ database: { Name: request.url?.split("/").at(-1) } })),
  );
  const fetch = undiciFetch();
  onTestFinished(() => fetch.close());
  const { databases } = createPlatform({ token, organization, baseUrl, fetch, timeout: 600_000 });
  expect(await allTheirOwn((name) => databases.get(name))).toBe(true);
});

test("so do 10,000 over a fetch that answers all at once", async () => {
  const { databases } = createPlatform({
    token,
    organization,
    fetch: async (url) => Response.json({ database: { Name: url.split("/").at(-1) } }),
  });
  expect(await allTheirOwn((name) => databases.get(name))).toBe(true);
});

async function allTheirOwn(get: (name: string) => Promise<{ Name: string }>): Promise<boolean> {
  const names = Array.from({ length: 10_000 }, (_, index) => `load-${index}`);
  const found = await Promise.all(names.map(async (name) => (await get(name)).Name));
  return JSON.stringify(found) === JSON.stringify(names);
}
