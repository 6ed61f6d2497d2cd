import { expect, test } from "vitest";
import { createHarness } from "../harness.ts";

test("answers without a token", async () => {
  const api = await createHarness();
  expect(await api.ok("getHealth", { token: null })).toEqual({
    status: "ok",
    version: "0.0.0-test",
  });
});
