import { expect, test } from "vitest";
import { createHarness } from "../harness.ts";

const path = { token_name: "ci" };

test("a revoked token is refused from the next request on", async () => {
  const api = await createHarness();
  const { token } = await api.ok("mintApiToken", { path });
  await api.ok("validateApiToken", { token });
  expect(await api.ok("revokeApiToken", { path })).toEqual({ token: "ci" });
  expect(await api.refused("validateApiToken", { token })).toMatchObject({
    status: 401,
    code: "token_invalid",
  });
});

test("a token may revoke itself", async () => {
  const api = await createHarness();
  const { token } = await api.ok("mintApiToken", { path });
  await api.ok("revokeApiToken", { path, token });
  expect(await api.refused("listApiTokens", { token })).toMatchObject({ code: "token_invalid" });
});

test("the tokens of others are out of reach", async () => {
  const api = await createHarness();
  const { token } = await api.ok("mintApiToken", { path });
  const ada = await api.addAccount("ada");
  expect(await api.refused("revokeApiToken", { path, token: ada })).toMatchObject({
    status: 404,
    code: "api_token_not_found",
    error: 'you have no API token "ci"',
  });
  await api.ok("validateApiToken", { token });
});
