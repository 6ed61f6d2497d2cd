import { expect, test } from "vitest";
import { members } from "../../../src/store/schema.ts";
import { createHarness } from "../harness.ts";

test("lists members by name, for any member", async () => {
  const api = await createHarness();
  const token = await api.addAccount("ada");
  await api.store.db
    .insert(members)
    .values({ organization: "local", username: "ada", role: "viewer" });
  const expected = {
    members: [
      { username: "ada", role: "viewer" },
      { username: "local", role: "owner" },
    ],
  };
  expect(await api.ok("listOrganizationMembers")).toEqual(expected);
  expect(await api.ok("listOrganizationMembers", { token })).toEqual(expected);
});
