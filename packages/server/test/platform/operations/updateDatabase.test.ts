import { expect, test } from "vitest";
import { createHarness } from "../harness.ts";

test("has nothing to do, whatever is sent", async () => {
  const api = await createHarness();
  await api.createDatabase("shop");
  expect(await api.ok("updateDatabase", { path: { db_name: "shop" } })).toEqual({});
  expect(await api.ok("updateDatabase", { path: { db_name: "shop" }, body: "junk" })).toEqual({});
});

test("knows which databases there are", async () => {
  const api = await createHarness();
  expect(await api.refused("updateDatabase", { path: { db_name: "shop" } })).toMatchObject({
    status: 404,
    code: "database_not_found",
  });
});
