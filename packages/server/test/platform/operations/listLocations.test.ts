import { expect, test } from "vitest";
import { createHarness } from "../harness.ts";

test("lists the 31 locations of the reference and this machine, all good for an instance", async () => {
  const api = await createHarness();
  const { locations } = await api.ok("listLocations");
  expect(Object.keys(locations)).toHaveLength(32);
  expect(locations).toMatchObject({ local: "This machine", gru: "São Paulo, Brazil" });
  await api.createDatabase("everywhere", ...Object.keys(locations));
});
