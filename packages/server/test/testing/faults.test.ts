import {
  attempt,
  ConnectionError,
  NotFoundError,
  PlanRequiredError,
  RateLimitError,
  ServerError,
  TimeoutError,
} from "@logicaldb/client";
import { startPlatform, type TestPlatform } from "@logicaldb/server/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startPlatform({ client: { retries: 0, timeout: 1_000 } });
});
beforeEach(() => platform.reset());
afterAll(() => platform.stop());

describe("a call meets the fault that is set for its operation", () => {
  test.each([
    [{ status: 402 }, PlanRequiredError],
    [{ status: 429 }, RateLimitError],
    [{ status: 500 }, ServerError],
    [{ code: "engine_unavailable" as const, latency: 1 }, ServerError],
    [{ disconnect: true }, ConnectionError],
    [{ latency: 60_000 }, TimeoutError],
  ])("%o", async (fault, kind) => {
    const { client, faults } = platform;
    const operation = "code" in fault ? "waitForInstance" : "createDatabase";
    await platform.createDatabase("there");
    const [instance] = await client.instances.list("there");
    faults.set(operation, fault);
    const call = () =>
      operation === "createDatabase"
        ? client.databases.create({ name: "shop" })
        : client.instances.waitUntilReady("there", instance?.name ?? "");
    expect((await attempt<unknown>(call())).error).toBeInstanceOf(kind);
    expect((await attempt<unknown>(call())).error).toBeUndefined();
  });
});

test("one organization's faults are no other's, and come before those of all", async () => {
  const [own, other] = [await platform.organization(), await platform.organization()];
  own.faults.set("listDatabases", { status: 500 });
  expect(await other.client.databases.list()).toEqual([]);
  expect(await platform.client.databases.list()).toEqual([]);
  await expect(own.client.databases.list()).rejects.toBeInstanceOf(ServerError);
  expect(await own.client.databases.list()).toEqual([]);
  platform.faults.set("listDatabases", { status: 429, times: 2 });
  own.faults.set("listDatabases", { status: 500 });
  await expect(own.client.databases.list()).rejects.toBeInstanceOf(ServerError);
  await expect(own.client.databases.list()).rejects.toBeInstanceOf(RateLimitError);
  expect(() => own.faults.set("listLocations", { status: 500 })).toThrow(
    new TypeError("listLocations is about no organization: set its fault for all"),
  );
  own.faults.set("listDatabases", { status: 500 });
  own.faults.clear();
  await expect(other.client.databases.list()).rejects.toBeInstanceOf(RateLimitError);
  expect(await own.client.databases.list()).toEqual([]);
});

test("an answer can be lost after the effect", async () => {
  const { client, faults } = platform;
  faults.set("createDatabase", { disconnect: true, effect: true });
  const { databases } = client;
  expect((await attempt(databases.create({ name: "shop" }))).error).toBeInstanceOf(ConnectionError);
  expect(await databases.get("shop")).toMatchObject({ Name: "shop" });
  faults.set("destroyDatabase", { disconnect: true, effect: true });
  expect((await attempt(databases.destroy("shop"))).error).toBeInstanceOf(ConnectionError);
  expect((await attempt(databases.get("shop"))).error).toBeInstanceOf(NotFoundError);
});

test("it lasts for as many calls as are asked for, or until it is taken back", async () => {
  const { client, faults } = platform;
  const refused = async () => (await attempt(client.locations.list())).error !== undefined;
  faults.set("listLocations", { status: 500, times: 2 });
  expect([await refused(), await refused(), await refused()]).toEqual([true, true, false]);
  faults.set("listLocations", { status: 500, times: 1_000 });
  faults.clear();
  expect(await refused()).toBe(false);
  faults.set("listLocations", { status: 500 });
  await platform.reset();
  expect(await refused()).toBe(false);
});

test("a request whose token is none meets no fault, which is for the next that has one", async () => {
  const { client, faults, url } = platform;
  faults.set("listLocations", { status: 500 });
  const headers = { authorization: "Bearer nobody" };
  expect((await fetch(`${url}/v1/locations`, { headers })).status).toBe(401);
  await expect(client.locations.list()).rejects.toMatchObject({ status: 500 });
});

test("what no server may answer cannot be set", () => {
  const { faults } = platform;
  const never = () => faults.set("getDatabase", { status: 402 });
  expect(never).toThrow(TypeError);
  expect(never).toThrow(/never answers 402/);
  expect(() => faults.set("getDatabase", {})).toThrow(/needs code/);
  expect(() => faults.set("getDatabase", { latency: -1 })).toThrow(/latency/);
});

test("databases that a test makes by the platform meet no fault", async () => {
  platform.faults.set("createDatabase", { status: 500 });
  await platform.createDatabase("shop");
  expect(await platform.client.databases.list()).toHaveLength(1);
});
