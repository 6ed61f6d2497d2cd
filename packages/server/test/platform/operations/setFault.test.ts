import { type OperationId, operationTable } from "@logicaldb/contract";
import { expect, test } from "vitest";
import { Faults } from "../../../src/platform/faults.ts";
import { createHarness, listen } from "../harness.ts";

const withFaults = () => createHarness({ faults: new Faults() });

test("the next calls are refused as asked, and the ones after are not", async () => {
  const api = await withFaults();
  const body = { operationId: "listDatabases", code: "rate_limited", times: 2 };
  expect(await api.ok("setFault", { body })).toEqual({ faults: [body] });
  const refusal = await api.refused("listDatabases");
  expect(refusal).toMatchObject({ status: 429, code: "rate_limited" });
  expect(refusal.headers["retry-after"]).toBe("1");
  await api.ok("getHealth");
  await api.refused("listDatabases");
  await api.ok("listDatabases");
});

test("one call is the default, and a new fault takes the place of the old one", async () => {
  const api = await withFaults();
  const operationId = "createDatabase";
  await api.ok("setFault", { body: { operationId, code: "internal_error", times: 9 } });
  await api.ok("setFault", { body: { operationId, code: "plan_required" } });
  const call = { body: { name: "shop" } };
  expect(await api.refused(operationId, call)).toMatchObject({ status: 402 });
  await api.ok(operationId, call);
});

test("a refused call has no effect, and is no failure that the log tells of", async () => {
  const api = await withFaults();
  await api.createDatabase("shop");
  await api.ok("setFault", { body: { operationId: "destroyDatabase", code: "internal_error" } });
  await api.refused("destroyDatabase", { path: { db_name: "shop" } });
  expect(api.log).toEqual([]);
  await api.ok("getDatabase", { path: { db_name: "shop" } });
});

test("latency delays a call, which then goes on", async () => {
  const api = await withFaults();
  await api.ok("setFault", { body: { operationId: "listLocations", latency: 30 } });
  const order: string[] = [];
  await Promise.all([
    api.ok("listLocations").then(() => order.push("late")),
    api.ok("listOrganizations").then(() => order.push("in time")),
  ]);
  expect(order).toEqual(["in time", "late"]);
});

test("a connection is cut without an answer", async () => {
  const api = await withFaults();
  const { request } = await listen(api.platformOptions);
  await api.ok("setFault", { body: { operationId: "listLocations", disconnect: true } });
  const failure = await request("GET", "/v1/locations", api.token).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "ECONNRESET" });
  expect(await request("GET", "/v1/locations", api.token)).toMatchObject({ status: 200 });
});

test("a status stands for the only code that has it", async () => {
  const api = await withFaults();
  const operationId = "createDatabase";
  expect(await api.ok("setFault", { body: { operationId, status: 402 } })).toEqual({
    faults: [{ operationId, code: "plan_required", times: 1 }],
  });
  const refusal = await api.refused(operationId, { body: { name: "shop" } });
  expect(refusal).toMatchObject({ status: 402, code: "plan_required" });
});

test("a connection is cut after the effect, where that is asked for", async () => {
  const api = await withFaults();
  const { request } = await listen(api.platformOptions);
  await api.createDatabase("shop");
  const body = { operationId: "destroyDatabase", disconnect: true, effect: true };
  await api.ok("setFault", { body });
  const path = "/v1/organizations/local/databases/shop";
  const failure = await request("DELETE", path, api.token).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "ECONNRESET" });
  expect(await request("DELETE", path, api.token)).toMatchObject({ status: 404 });
});

test("what the contract does not let an operation answer is refused", async () => {
  const api = await withFaults();
  for (const [body, reason] of [
    [{ operationId: "getDatabase", code: "plan_required" }, /getDatabase never answers 402/],
    [{ operationId: "dropDatabase", code: "internal_error" }, /"dropDatabase" is not one/],
    [{ operationId: "toString", code: "internal_error" }, /"toString" is not one/],
    [{ operationId: "getDatabase" }, /needs code, status, latency or disconnect/],
    [{ operationId: "getDatabase", code: "internal_error", disconnect: true }, /has one of/],
    [{ operationId: "getDatabase", code: "internal_error", status: 500 }, /has one of/],
    [{ operationId: "getDatabase", status: 402 }, /getDatabase never answers 402/],
    [{ operationId: "getDatabase", status: 418 }, /getDatabase never answers 418/],
    [
      { operationId: "getDatabase", status: 409 },
      /getDatabase never answers 409, only 401, 403, 404, 429, 500/,
    ],
    [{ operationId: "getDatabase", status: 404 }, /several codes.*database_not_found/],
    [{ operationId: "getDatabase", latency: 1, effect: true }, /before a disconnect/],
    [{ operationId: "getDatabase", latency: -1 }, /latency/],
    [{ operationId: "getDatabase", latency: 1, times: 0 }, /times/],
    [{ code: "internal_error" }, /operationId/],
  ] as const) {
    const refusal = await api.refused("setFault", { body });
    expect(refusal).toMatchObject({ status: 400, code: "invalid_input" });
    expect(refusal.error).toMatch(reason);
  }
  expect(await api.ok("setFault", { body: { operationId: "getHealth", latency: 0 } })).toEqual({
    faults: [{ operationId: "getHealth", latency: 0, times: 1 }],
  });
});

test("every error that any operation documents can be asked for", async () => {
  const api = await withFaults();
  const wanted = { 429: "rate_limited", 500: "internal_error" };
  for (const operationId of Object.values(operationTable).map(
    (row): OperationId => row.operationId,
  )) {
    for (const [status, code] of Object.entries(wanted)) {
      await api.ok("setFault", { body: { operationId, code } });
      expect(await api.refused(operationId)).toMatchObject({ status: Number(status), code });
    }
  }
});

test("needs a token", async () => {
  const api = await withFaults();
  expect(await api.refused("setFault", { token: null })).toMatchObject({ code: "token_missing" });
});

test("is not there unless the server was started with it", async () => {
  const api = await createHarness();
  const body = { operationId: "listDatabases", code: "rate_limited" };
  expect(await api.refused("setFault", { body })).toMatchObject({
    status: 404,
    code: "route_not_found",
    error: expect.stringContaining("--faults"),
  });
  await api.ok("listDatabases");
});
