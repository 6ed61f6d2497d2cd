import { operationTable } from "@logicaldb/contract";
import { beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import {
  ApiError,
  attempt,
  AuthenticationError,
  ConflictError,
  type CreatedDatabase,
  type Database,
  DatabaseExistsError,
  DatabaseNotFoundError,
  type ErrorCode,
  type Instance,
  NotFoundError,
  PermissionError,
  type Platform,
  UnsafePathError,
} from "@logicaldb/client";
import { rejection } from "../support.ts";
import { serverOfFile } from "./server.ts";

const server = serverOfFile();
let platform: Platform;
beforeAll(() => {
  platform = server.platform();
});

/** The methods below an object, as the contract names them. */
function methodsOf(resource: object, prefix = ""): string[] {
  return Object.entries(resource).flatMap(([name, value]: [string, unknown]) => {
    if (typeof value === "function") return [prefix + name];
    return typeof value === "object" && value !== null ? methodsOf(value, `${prefix}${name}.`) : [];
  });
}

test("every operation of the contract has its method, and nothing else but three more is there", () => {
  const { organization, ...all } = platform;
  const resources = Object.values(operationTable).flatMap((row) =>
    "resource" in row ? [row.resource] : [],
  );
  const own = ["databases.connect", "databases.ensure", "databases.iterate"];
  expect(methodsOf(all).toSorted()).toEqual([...resources, ...own].toSorted());
  expect(organization).toBe("local");
});

describe("databases and instances", () => {
  test("live their lives", async () => {
    const { databases, instances } = platform;
    const created = await databases.create({ name: "life" });
    expectTypeOf(created).toEqualTypeOf<CreatedDatabase>();
    expect(created).toMatchObject({ Name: "life" });
    const primary = await instances.create("life", { location: "local" });
    expectTypeOf(primary).toEqualTypeOf<Instance>();
    expect(primary).toMatchObject({ type: "primary", region: "local" });
    await instances.waitUntilReady("life", primary.name);
    const replica = await instances.create("life", { location: "ord" });
    expect(await instances.list("life")).toMatchObject([primary, replica]);
    expect(await instances.get("life", replica.name)).toEqual(replica);
    expect(await instances.destroy("life", replica.name)).toBe(replica.name);
    const database = await databases.get("life");
    expectTypeOf(database).toEqualTypeOf<Database>();
    expect(database).toMatchObject({ DbId: created.DbId, primaryRegion: "local" });
    expect(await databases.list()).toContainEqual(database);
    expect(await databases.update("life")).toBeUndefined();
    expect(await databases.destroy("life")).toBe("life");
    expect(await databases.list()).toEqual([]);
  });

  test("have tokens", async () => {
    const { databases } = platform;
    await databases.create({ name: "tokens" });
    const jwt = await databases.tokens.mint("tokens");
    expectTypeOf(jwt).toEqualTypeOf<string>();
    const short = { expiration: "1h", authorization: "read-only" } as const;
    const claims = (await databases.tokens.mint("tokens", short)).split(".")[1] ?? "";
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({ a: "ro" });
    expect(await databases.tokens.invalidateAll("tokens")).toBeUndefined();
    await databases.destroy("tokens");
  });

  test("are gone through page by page", async () => {
    const names = Array.from({ length: 7 }, (_, index) => `page-${index}`);
    for (const name of names) await platform.databases.create({ name });
    const cursors: string[] = [];
    const watched = server.platform({
      onRequest: ({ url }) => void cursors.push(new URL(url).searchParams.get("cursor") ?? "first"),
    });
    const found: string[] = [];
    for await (const { Name } of watched.databases.iterate({ limit: 3 })) found.push(Name);
    expect(found).toEqual(names);
    expect(cursors).toHaveLength(3);
    expect(cursors[0]).toBe("first");
    // Whoever stops early asks for no further page.
    for await (const { Name } of watched.databases.iterate({ limit: 3 })) {
      expect(Name).toBe("page-0");
      break;
    }
    expect(cursors).toHaveLength(4);
    await Promise.all(names.map((name) => platform.databases.destroy(name)));
  });
});

test("organizations, locations and API tokens", async () => {
  expect(await platform.organizations.list()).toMatchObject([{ slug: "local" }]);
  expect(await platform.organizations.members.list()).toMatchObject([{ username: "local" }]);
  expect(await platform.locations.list()).toMatchObject({ local: "This machine" });
  const { apiTokens } = platform;
  const { id, token } = await apiTokens.mint("ci");
  expect(await apiTokens.list()).toContainEqual({ id, name: "ci" });
  expect(await server.platform({ token }).apiTokens.validate()).toEqual({ exp: -1 });
  const again = await rejection(apiTokens.mint("ci"));
  expect(again).toBeInstanceOf(ConflictError);
  expect(again).toMatchObject({ code: "api_token_exists" });
  expect(await apiTokens.revoke("ci")).toBe("ci");
});

describe("errors", () => {
  test("have classes for what programs branch on", async () => {
    const { databases } = platform;
    await databases.create({ name: "twice" });
    const exists = await rejection(databases.create({ name: "twice" }));
    expect(exists).toBeInstanceOf(DatabaseExistsError);
    expect(exists).toBeInstanceOf(ApiError);
    if (exists instanceof DatabaseExistsError) {
      expectTypeOf(exists.code).toEqualTypeOf<"database_exists">();
    }
    await databases.destroy("twice");
    const missing = await rejection(databases.get("twice"));
    expect(missing).toBeInstanceOf(DatabaseNotFoundError);
    expect(missing).toBeInstanceOf(NotFoundError);
    const stranger = server.platform({ token: "nobody's" });
    expect(await rejection(stranger.locations.list())).toBeInstanceOf(AuthenticationError);
    const elsewhere = server.platform({ organization: "elsewhere" });
    expect(await rejection(elsewhere.databases.list())).toBeInstanceOf(NotFoundError);
    expect(NotFoundError.prototype).not.toBeInstanceOf(PermissionError);
  });

  test("are values with attempt", async () => {
    const { data, error } = await attempt(platform.databases.get("nowhere"));
    expect([data, error?.name]).toEqual([undefined, "ApiError"]);
    const found = await attempt(platform.locations.list());
    if (found.error === undefined) expectTypeOf(found.data).toEqualTypeOf<Record<string, string>>();
    expect(found.error).toBeUndefined();
    const unsafe = await rejection(attempt(platform.databases.get("..")));
    expect(unsafe).toBeInstanceOf(UnsafePathError);
  });

  test("of a name that would address another resource, before anything is sent", async () => {
    const urls: string[] = [];
    const watched = server.platform({ onRequest: ({ url }) => void urls.push(url) });
    for (const name of ["", ".", ".."]) {
      expect(await rejection(watched.databases.destroy(name))).toMatchObject({
        name: "UnsafePathError",
        parameter: "db_name",
      });
    }
    expect(urls).toEqual([]);
  });
});

test("options of a method win over the platform's", async () => {
  const urls: string[] = [];
  const signal = AbortSignal.abort(new Error("not needed any more"));
  const watched = server.platform({ onRequest: ({ url }) => void urls.push(url) });
  expect(await rejection(watched.databases.list({ limit: 1 }, { signal }))).toBe(signal.reason);
  expect(urls).toEqual([]);
  const headers = { Authorization: "Bearer another-token" };
  expect(await rejection(watched.locations.list({ headers }))).toMatchObject({ status: 401 });
  const silent = server.platform({ fetch: () => new Promise(() => {}) });
  const late = silent.databases.list({}, { timeout: 1, retries: 0 });
  expect(await rejection(late)).toMatchObject({ name: "TimeoutError" });
});

/** Compiled, never called: the compiler insists on every code. */
export function adviceFor(code: ErrorCode): "wait" | "ask" | "correct" {
  switch (code) {
    case "rate_limited":
    case "internal_error":
    case "engine_unavailable":
    case "disk_full":
      return "wait";
    case "token_missing":
    case "token_malformed":
    case "token_invalid":
    case "token_kind":
    case "plan_required":
    case "not_a_member":
      return "ask";
    case "malformed_json":
    case "invalid_input":
    case "invalid_expiration":
    case "unknown_location":
    case "primary_instance":
    case "organization_not_found":
    case "database_not_found":
    case "instance_not_found":
    case "api_token_not_found":
    case "route_not_found":
    case "method_not_allowed":
    case "database_exists":
    case "instance_exists":
    case "api_token_exists":
    case "body_too_large":
      return "correct";
  }
}
