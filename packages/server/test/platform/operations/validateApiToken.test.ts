import { expect, test } from "vitest";
import { createHarness } from "../harness.ts";

test("says that a token does not expire, at both of its paths", async () => {
  const api = await createHarness();
  expect(await api.ok("validateApiToken")).toEqual({ exp: -1 });
  const response = await api.app.inject({
    url: "/v1/auth/api-tokens/validate",
    headers: { authorization: `Bearer ${api.token}` },
  });
  expect(response.json()).toEqual({ exp: -1 });
});
