import { expect, test } from "vitest";
import { Faults } from "../../../src/platform/faults.ts";
import { createHarness } from "../harness.ts";

test("takes back every fault", async () => {
  const api = await createHarness({ faults: new Faults() });
  for (const operationId of ["listDatabases", "listLocations"]) {
    await api.ok("setFault", { body: { operationId, code: "internal_error", times: 1000 } });
  }
  expect(await api.ok("clearFaults")).toEqual({});
  await api.ok("listDatabases");
  await api.ok("listLocations");
});

test("is not there unless the server was started with it", async () => {
  const api = await createHarness();
  expect(await api.refused("clearFaults")).toMatchObject({ status: 404, code: "route_not_found" });
});
