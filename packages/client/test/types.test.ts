import type {
  CreateDatabaseOutput,
  Database,
  EmptyObject,
  ErrorCode,
  ListDatabasesOutput,
  MintDatabaseTokenOutput,
} from "@logicaldb/contract";
import { describe, expectTypeOf, test } from "vitest";
import {
  type ApiError,
  type CallError,
  type Client,
  createClient,
  createPlatform,
  type Database as ClientDatabase,
  type FetchResponse,
  type Instance,
  type PathOf,
  type Platform,
} from "@logicaldb/client";
import { path } from "./support.ts";

const databases = "/v1/organizations/{org_slug}/databases";
const client = createClient({ token: "t", fetch: () => Response.json({}) });

describe("answers", () => {
  test("have the contract's types", async () => {
    const page = await client.GET(databases, { params: { path } });
    expectTypeOf(page).toEqualTypeOf<ListDatabasesOutput>();
    const minted = await client.POST(`${databases}/{db_name}/auth/tokens`, { params: { path } });
    expectTypeOf(minted).toEqualTypeOf<MintDatabaseTokenOutput>();
    const rotated = await client.POST(`${databases}/{db_name}/auth/rotate`, { params: { path } });
    expectTypeOf(rotated).toEqualTypeOf<EmptyObject>();
  });

  test("have no password", async () => {
    const created = await client.POST(databases, { params: { path }, body: { name: "a" } });
    expectTypeOf(created).toEqualTypeOf<Omit<CreateDatabaseOutput, "password">>();
    expectTypeOf(created).not.toHaveProperty("password");
  });

  test("and errors exclude each other", async () => {
    const { data, error, response } = await client.try.GET(databases, { params: { path } });
    if (error === undefined) {
      expectTypeOf(data).toEqualTypeOf<ListDatabasesOutput>();
      expectTypeOf(response).toEqualTypeOf<FetchResponse>();
      expectTypeOf<Response>().toExtend<typeof response>();
    } else {
      expectTypeOf(data).toEqualTypeOf<undefined>();
      expectTypeOf(error).toEqualTypeOf<CallError>();
      if (error.name === "ApiError") expectTypeOf(error).toEqualTypeOf<ApiError>();
    }
  });
});

test("errors have the contract's codes", () => {
  expectTypeOf<ApiError["code"]>().toEqualTypeOf<ErrorCode | undefined>();
});

test("the contract's types come along", () => {
  expectTypeOf<Instance["type"]>().toEqualTypeOf<"primary" | "replica">();
  expectTypeOf<ClientDatabase>().toEqualTypeOf<Database>();
});

test("only paths with the method are offered", () => {
  expectTypeOf<"/v1/locations">().toExtend<PathOf<"GET">>();
  expectTypeOf<PathOf<"POST">>().not.toEqualTypeOf<PathOf<"GET">>();
  expectTypeOf<PathOf<"PATCH">>().toBeNever();
});

/** Compiled, never called: what can be left out can be `undefined`. */
export async function undefinedInPlaceOfNothing(anyClient: Client): Promise<void> {
  const { cursor, image }: { cursor?: string; image?: "latest" } = {};
  await anyClient.GET(databases, { params: { path, query: { limit: undefined, cursor } } });
  await anyClient.GET(databases, { params: { path, query: undefined } });
  await anyClient.try.POST(databases, { params: { path }, body: { name: "a", image } });
}

/** Compiled, never called. */
export async function mistakes(anyClient: Client): Promise<void> {
  // @ts-expect-error no such path
  await anyClient.GET("/v1/nowhere");
  // @ts-expect-error the path does not answer to this method
  await anyClient.DELETE("/v1/locations");
  // @ts-expect-error a path parameter is missing
  await anyClient.GET(`${databases}/{db_name}`, { params: { path: { org_slug: "a" } } });
  // @ts-expect-error the parameters are missing
  await anyClient.GET("/v1/organizations/{org_slug}/databases");
  // @ts-expect-error a path parameter has the wrong type
  await anyClient.GET(databases, { params: { path: { org_slug: 7 } } });
  // @ts-expect-error a query parameter has the wrong type
  await anyClient.GET(databases, { params: { path, query: { limit: "2" } } });
  // @ts-expect-error no such query parameter
  await anyClient.GET(databases, { params: { path, query: { offset: 2 } } });
  // @ts-expect-error the body is missing
  await anyClient.POST(databases, { params: { path } });
  // @ts-expect-error a field of the body is missing
  await anyClient.POST(databases, { params: { path }, body: {} });
  // @ts-expect-error what is needed cannot be undefined
  await anyClient.POST(databases, { params: { path }, body: { name: undefined } });
  // @ts-expect-error nor can what the path needs
  await anyClient.GET(databases, { params: { path: { org_slug: undefined } } });
  // @ts-expect-error no such image
  await anyClient.POST(databases, { params: { path }, body: { name: "a", image: "newest" } });
  // @ts-expect-error this operation takes no body
  await anyClient.GET("/v1/locations", { body: {} });
  // @ts-expect-error no such option
  await anyClient.GET("/v1/locations", { timeout: 1 });
  // @ts-expect-error a token is required
  createClient({ baseUrl: "http://127.0.0.1:8080" });
  // @ts-expect-error the style that does not throw checks just as much
  await anyClient.try.POST(databases, { params: { path }, body: {} });
  // @ts-expect-error without a look at error, there may be no data
  void (await anyClient.try.GET("/v1/locations")).data.locations;
}

/** Compiled, never called. */
export async function mistakesByResource(platform: Platform): Promise<void> {
  // @ts-expect-error an organization is required
  createPlatform({ token: "t" });
  // @ts-expect-error the name is missing
  await platform.databases.get();
  // @ts-expect-error the input is missing
  await platform.databases.create();
  // @ts-expect-error a field of the input is missing
  await platform.databases.create({});
  // @ts-expect-error no such field
  await platform.databases.list({ offset: 2 });
  // @ts-expect-error a page is chosen by its cursor, which iterate takes care of
  platform.databases.iterate({ cursor: "a" });
  // @ts-expect-error no such kind of token
  await platform.databases.connect("a", { authorization: "write-only" });
  // @ts-expect-error a location is required
  await platform.databases.ensure("a", {});
  // @ts-expect-error the name of the instance is missing
  await platform.instances.get("a");
  // @ts-expect-error no such option
  await platform.instances.get("a", "b", { deadline: 1 });
  // @ts-expect-error it returns nothing
  void (await platform.databases.tokens.invalidateAll("a")).jwt;
}
