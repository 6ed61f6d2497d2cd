import { createHmac } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { databasePath } from "../src/engine/wire/database-path.ts";
import { callApi } from "./support/api.ts";
import { execute, pipeline, send } from "./support/hrana.ts";
import { exchange } from "./support/raw-http.ts";
import { createShop, untilKept } from "./support/kept.ts";
import { type TestDatabase, useServer } from "./support/server.ts";

/** What may come in and must not: each a clear error, and nothing is lost by it. */
const server = useServer();
let shop: TestDatabase;
beforeAll(async () => {
  shop = await createShop(server);
});
afterEach(async () => {
  await untilKept(shop);
  const { databases } = await server.must("GET", "/databases");
  const names = databases.map(({ Name }: { Name: string }) => Name);
  if (names.join() !== "shop") throw new Error(`there are: ${names.join()}`);
});

const select = { requests: [execute("SELECT 1"), { type: "close" }] };

async function platform(token: string) {
  const { status, body } = await callApi({ url: server.url, token }, "GET", "/v1/organizations");
  return { status, code: body.code };
}

async function database(token: string) {
  const { status, body } = await send(shop, "/v3/pipeline", select, token);
  return { status, code: body.code };
}

/** The key that the store holds, as its bytes. */
function publicKeyOf({ id }: TestDatabase): Buffer {
  const store = new Database(join(server.running.dataDir, "store.db"), { readonly: true });
  const row: unknown = store
    .prepare("SELECT public_key AS key FROM databases WHERE id = ?")
    .get(id);
  store.close();
  if (!isRecord(row)) throw new Error("The store does not know the database");
  return Buffer.from(String(row["key"]), "base64url");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

describe("as a platform token", () => {
  it("nothing at all is refused", async () => {
    const response = await fetch(`${server.url}/v1/organizations`);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "token_missing" });
  });

  it("a wrong one, and the token of a database, are refused", async () => {
    expect(await platform("wrong")).toEqual({ status: 401, code: "token_invalid" });
    expect(await platform(shop.token)).toEqual({ status: 401, code: "token_kind" });
  });

  it("a revoked one is refused from the next request on", async () => {
    const path = "/v1/auth/api-tokens/short-lived";
    const { body } = await callApi(server, "POST", path);
    expect(await platform(body.token)).toEqual({ status: 200 });
    await callApi(server, "DELETE", path);
    expect(await platform(body.token)).toEqual({ status: 401, code: "token_invalid" });
  });
});

describe("as the token of a database", () => {
  it("nothing at all is refused", async () => {
    const { status, body } = await send(shop, "/v3/pipeline", select, undefined);
    expect([status, body.code]).toEqual([401, "AUTH_TOKEN_MISSING"]);
  });

  it("a wrong one, and a platform token, are refused", async () => {
    expect(await database("wrong")).toEqual({ status: 401, code: "AUTH_JWT_INVALID" });
    expect(await database(server.token)).toMatchObject({ status: 401 });
    const { body } = await callApi(server, "POST", "/v1/auth/api-tokens/minted");
    expect(await database(body.token)).toEqual({ status: 401, code: "AUTH_TOKEN_KIND" });
  });

  it("one that another database signed is refused, and so is an expired one", async () => {
    const other = await server.createDatabase("other");
    expect(await database(other.token)).toEqual({ status: 401, code: "AUTH_JWT_INVALID" });
    await server.must("DELETE", "/databases/other");
    const brief = await server.mint("shop", "?expiration=1ns");
    // It lives for a millisecond, since clocks tell no less.
    await expect.poll(() => database(brief)).toEqual({ status: 401, code: "AUTH_JWT_EXPIRED" });
  });

  it("one without a signature is refused, and one that the public key signed as a secret", async () => {
    const [, claims = ""] = shop.token.split(".");
    const none = `${encode({ alg: "none", typ: "JWT" })}.${claims}.`;
    expect(await database(none)).toEqual({ status: 401, code: "AUTH_JWT_INVALID" });
    const publicKey = publicKeyOf(shop);
    const content = `${encode({ alg: "HS256", typ: "JWT" })}.${claims}`;
    const mac = createHmac("sha256", publicKey).update(content).digest("base64url");
    expect(await database(`${content}.${mac}`)).toEqual({ status: 401, code: "AUTH_JWT_INVALID" });
  });
});

describe("what does not exist", () => {
  it.each([
    ["GET", "/v1/organizations/nobody/databases", undefined, 404, "organization_not_found"],
    ["GET", "/v1/organizations/local/databases/nothing", undefined, 404, "database_not_found"],
    ["DELETE", "/v1/organizations/local/databases/nothing", undefined, 404, "database_not_found"],
    [
      "POST",
      "/v1/organizations/local/databases/nothing/auth/tokens",
      undefined,
      404,
      "database_not_found",
    ],
    [
      "GET",
      "/v1/organizations/local/databases/shop/instances/none",
      undefined,
      404,
      "instance_not_found",
    ],
    [
      "POST",
      "/v1/organizations/local/databases/shop/instances",
      { location: "xyz" },
      400,
      "unknown_location",
    ],
    ["DELETE", "/v1/auth/api-tokens/none", undefined, 404, "api_token_not_found"],
    ["GET", "/v1/nothing", undefined, 404, "route_not_found"],
  ])("%s %s is told so", async (method, path, body, status, code) => {
    const answer = await callApi(server, method, path, body);
    expect(answer).toMatchObject({ status, body: { code, error: expect.any(String) } });
  });

  it("cannot be queried", async () => {
    const nowhere = { url: `${server.url}/nothing-local/` };
    const { status, body } = await send(nowhere, "/v3/pipeline", select, shop.token);
    expect([status, body.code]).toEqual([404, "DATABASE_NOT_FOUND"]);
  });
});

describe("as the name of a database", () => {
  it.each(["", "x".repeat(65), "Shop", "..", "a/b", "%2e%2e", "shор", "ｓｈｏｐ"])(
    "%j is refused",
    async (name) => {
      const answer = await server.api("POST", "/databases", { name });
      expect(answer).toMatchObject({ status: 400, body: { code: "invalid_input" } });
      expect(answer.body.error).toMatch(/^name must/);
    },
  );

  it("one that is taken is refused", async () => {
    expect(await server.api("POST", "/databases", { name: "shop" })).toMatchObject({
      status: 409,
      body: { code: "database_exists", error: "database with same name already exists" },
    });
  });

  it.each(["..", "%2e%2e", "a%2fb", "shop%2f..", "sh%d0%be%d1%80", "SHOP", "..%2fshop"])(
    "%s in a path reaches nothing",
    async (segment) => {
      const [answer] = await exchange(server.url, [
        `DELETE /v1/organizations/local/databases/${segment} HTTP/1.1`,
        `Host: ${new URL(server.url).host}`,
        `Authorization: Bearer ${server.token}`,
        "Connection: close",
        "\r\n",
      ]);
      expect(answer?.status).toBe(404);
    },
  );
});

describe("as a body", () => {
  const post = async (body: string) => {
    const response = await fetch(`${server.url}/v1/organizations/local/databases`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.token}` },
      body,
    });
    return { status: response.status, body: await response.json() };
  };

  it.each([
    ["{", 400, "malformed_json"],
    ["[1]", 400, "malformed_json"],
    ['{"name": 7}', 400, "invalid_input"],
    ['{"name": null}', 400, "invalid_input"],
    ["{}", 400, "invalid_input"],
    [`{"name": "${"x".repeat(1024 * 1024)}"}`, 413, "body_too_large"],
  ])("%.20s is refused", async (body, status, code) => {
    expect(await post(body)).toMatchObject({ status, body: { code } });
  });

  it("one with fields that nobody knows is taken for what is known", async () => {
    const body = { name: "extra", colour: "red", deep: { er: [1] } };
    await server.must("POST", "/databases", body);
    await server.must("DELETE", "/databases/extra");
  });

  it.each(["{", '{"requests": 7}', '{"requests": [{"type": "dance"}]}'])(
    "%s is refused by a database",
    async (body) => {
      const answer = await send(shop, "/v3/pipeline", body, shop.token);
      expect(answer).toMatchObject({ status: 400, body: { code: expect.any(String) } });
    },
  );
});

it.each(["abc", "-1h", "0", "9223372036854775808ns", "99999999999w", "1y"])(
  "expiration=%s is refused",
  async (expiration) => {
    const answer = await server.api("POST", `/databases/shop/auth/tokens?expiration=${expiration}`);
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_expiration" } });
    expect(answer.body.error).toMatch(/^expiration /);
  },
);

it("a database without instances gives out a token, and says why it cannot be queried", async () => {
  const { database: bare } = await server.must("POST", "/databases", { name: "bare" });
  const token = await server.mint("bare");
  const { status, body } = await send(
    { url: `http://${bare.Hostname}` },
    "/v3/pipeline",
    select,
    token,
  );
  expect([status, body.code]).toEqual([404, "DATABASE_WITHOUT_INSTANCE"]);
  await server.must("DELETE", "/databases/bare");
});

it("a database that is destroyed takes its open streams with it, and its files", async () => {
  const gone = await server.createDatabase("gone");
  const { body } = await pipeline(gone, [execute("BEGIN"), execute("CREATE TABLE t (a)")]);
  const file = databasePath(join(server.running.dataDir, "databases"), gone.id);
  expect(existsSync(file)).toBe(true);
  await server.must("DELETE", "/databases/gone");
  const late = await pipeline(gone, [execute("COMMIT")], { baton: body.baton });
  expect(late).toMatchObject({ status: 404, body: { code: "DATABASE_NOT_FOUND" } });
  expect(existsSync(file)).toBe(false);
});
