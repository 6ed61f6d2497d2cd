import { expect, test } from "vitest";
import { createHarness } from "../harness.ts";

test("lists the caller's tokens in the order of their minting, without values", async () => {
  const api = await createHarness();
  await api.addAccount("ada");
  const minted = [];
  for (const token_name of ["zebra", "ant"]) {
    minted.push(await api.ok("mintApiToken", { path: { token_name } }));
  }
  const answer = await api.ok("listApiTokens");
  expect(answer.tokens.map(({ name }) => name)).toEqual(["first", "zebra", "ant"]);
  expect(answer.tokens.slice(1)).toEqual(minted.map(({ id, name }) => ({ id, name })));
  for (const { token } of minted) expect(JSON.stringify(answer)).not.toContain(token);
});
