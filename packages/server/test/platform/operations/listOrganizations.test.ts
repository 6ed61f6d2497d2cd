import { expect, test } from "vitest";
import { members, organizations } from "../../../src/store/schema.ts";
import { createHarness } from "../harness.ts";

test("lists the organizations of the caller, the personal one first", async () => {
  const api = await createHarness();
  await api.addAccount("ada");
  const { db } = api.store;
  for (const slug of ["acme", "zenith"]) {
    await db.insert(organizations).values({ slug, name: "A team", type: "team", createdAt: 0 });
    await db.insert(members).values({ organization: slug, username: "local", role: "member" });
  }
  expect(await api.ok("listOrganizations")).toEqual({
    organizations: [
      { name: "local", slug: "local", type: "personal" },
      { name: "A team", slug: "acme", type: "team" },
      { name: "A team", slug: "zenith", type: "team" },
    ],
  });
});
