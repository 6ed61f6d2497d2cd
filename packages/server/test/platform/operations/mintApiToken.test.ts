import { readFile } from "node:fs/promises";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { createHarness } from "../harness.ts";

test("mints a token that works, and keeps no copy of it", async () => {
  const api = await createHarness();
  const minted = await api.ok("mintApiToken", { path: { token_name: "ci" } });
  expect(minted).toEqual({
    id: expect.stringMatching(/^[\w-]{22}$/),
    name: "ci",
    token: expect.stringMatching(/^ldb_[\w-]{43}$/),
  });
  await api.ok("validateApiToken", { token: minted.token });

  const [row] = await api.store.db.values<[string]>(sql`SELECT file FROM pragma_database_list`);
  const stored = await Promise.all([readFile(`${row?.[0]}`), readFile(`${row?.[0]}-wal`)]);
  for (const bytes of stored) expect(bytes.includes(minted.token)).toBe(false);
});

test("refuses a name that the caller uses, also when asked twice at once", async () => {
  const api = await createHarness();
  const path = { token_name: "ci" };
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => api.ok("mintApiToken", { path })),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await api.refused("mintApiToken", { path })).toMatchObject({
    status: 409,
    code: "api_token_exists",
    error: 'you have an API token "ci" already: revoke it or choose another name',
  });
  const token = await api.addAccount("ada");
  await api.ok("mintApiToken", { path, token });
});

test.each(["", ".hidden", "a/b", "…", "naïve", "a\u0000b", "x".repeat(129)])(
  "refuses the name %j",
  async (token_name) => {
    const api = await createHarness();
    expect(await api.refused("mintApiToken", { path: { token_name } })).toMatchObject({
      status: 400,
      code: "invalid_input",
      error: expect.stringMatching(/^token_name must /),
    });
  },
);

test("a token may have the name of another path", async () => {
  const api = await createHarness();
  await api.ok("mintApiToken", { path: { token_name: "validate" } });
});
