import { expect, test } from "vitest";
import { createHarness } from "../harness.ts";

test("shows a database with the locations of its instances, the primary's first", async () => {
  const api = await createHarness();
  const { DbId } = await api.createDatabase("shop", "ord", "ams", "ord", "fra");
  expect(await api.ok("getDatabase", { path: { db_name: "shop" } })).toEqual({
    database: {
      Name: "shop",
      Hostname: "shop-local.example.com",
      IssuedCertLimit: 0,
      IssuedCertCount: 0,
      DbId,
      regions: ["ord", "ams", "fra"],
      primaryRegion: "ord",
      type: "logical",
    },
  });
});

test("has an empty primary region while there is no instance", async () => {
  const api = await createHarness();
  await api.createDatabase("empty");
  const { database } = await api.ok("getDatabase", { path: { db_name: "empty" } });
  expect(database).toMatchObject({ regions: [], primaryRegion: "" });
});

test("names the database and the organization that do not go together", async () => {
  const api = await createHarness();
  const ada = await api.addAccount("ada");
  await api.createDatabase("shop");
  expect(await api.refused("getDatabase", { path: { db_name: "shopp" } })).toMatchObject({
    status: 404,
    code: "database_not_found",
    error: 'organization "local" has no database "shopp"',
  });
  const elsewhere = { path: { org_slug: "ada", db_name: "shop" }, token: ada };
  expect(await api.refused("getDatabase", elsewhere)).toMatchObject({ code: "database_not_found" });
});
