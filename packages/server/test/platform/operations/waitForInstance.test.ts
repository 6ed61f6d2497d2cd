import { expect, test } from "vitest";
import { createHarness } from "../harness.ts";

test("answers when the database has answered a query", async () => {
  const api = await createHarness();
  const { DbId } = await api.createDatabase("shop", "ord");
  const { instances } = await api.ok("listInstances", { path: { db_name: "shop" } });
  const path = { db_name: "shop", instance_name: instances[0]?.name ?? "" };
  expect(await api.ok("waitForInstance", { path })).toEqual({});
  expect(api.engine.calls.at(-1)).toBe(`ping ${DbId}`);

  api.engine.down = true;
  expect(await api.refused("waitForInstance", { path })).toMatchObject({
    status: 503,
    code: "engine_unavailable",
  });
});

test("knows which instances there are", async () => {
  const api = await createHarness();
  await api.createDatabase("shop");
  const path = { db_name: "shop", instance_name: "nobody" };
  expect(await api.refused("waitForInstance", { path })).toMatchObject({
    code: "instance_not_found",
  });
});
