import { describe, expect, test, vi } from "vitest";
import { createClient } from "@logicaldb/client";
import { path, recorder, rejection, token } from "./support.ts";

describe("what is sent", () => {
  test("a GET has method, path, query, token and no body", async () => {
    const { client, seen } = await recorder();
    await client.GET("/v1/organizations/{org_slug}/databases", {
      params: { path: { org_slug: "acme" }, query: { limit: 2, cursor: "a b&c=d+é" } },
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: "GET", body: "" });
    const url = new URL(seen[0]?.url ?? "", "http://any.test");
    expect(url.pathname).toBe("/v1/organizations/acme/databases");
    expect([...url.searchParams]).toEqual([
      ["limit", "2"],
      ["cursor", "a b&c=d+é"],
    ]);
    expect(seen[0]?.headers).toMatchObject({
      authorization: `Bearer ${token}`,
      accept: "application/json",
    });
    expect(seen[0]?.headers).not.toHaveProperty("content-type");
  });

  test("a POST with a body is JSON", async () => {
    const { client, seen } = await recorder();
    await client.POST("/v1/organizations/{org_slug}/databases", {
      params: { path: { org_slug: "acme" } },
      body: { name: "tenant-042" },
    });
    expect(seen[0]).toMatchObject({ method: "POST", body: '{"name":"tenant-042"}' });
    expect(seen[0]?.headers["content-type"]).toBe("application/json");
  });

  test("a POST without a body sends none", async () => {
    const { client, seen } = await recorder();
    await client.POST("/v1/organizations/{org_slug}/databases/{db_name}/auth/tokens", {
      params: { path, query: { expiration: "1w2d", authorization: "read-only" } },
    });
    expect(seen[0]).toMatchObject({
      method: "POST",
      url: "/v1/organizations/acme/databases/tenant-042/auth/tokens?expiration=1w2d&authorization=read-only",
      body: "",
    });
    expect(seen[0]?.headers).not.toHaveProperty("content-type");
  });

  test("a DELETE is a DELETE", async () => {
    const { client, seen } = await recorder();
    await client.DELETE("/v1/organizations/{org_slug}/databases/{db_name}", { params: { path } });
    expect(seen[0]).toMatchObject({
      method: "DELETE",
      url: "/v1/organizations/acme/databases/tenant-042",
    });
  });
});

describe("the token", () => {
  test("as a function is asked before each request", async () => {
    let count = 0;
    const { client, seen } = await recorder({ token: async () => `fresh-${++count}` });
    await client.GET("/v1/locations");
    await client.GET("/v1/locations");
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer fresh-1",
      "Bearer fresh-2",
    ]);
  });

  test("loses the line break that a file gave it", async () => {
    const { client, seen } = await recorder({ token: `${token}\n` });
    await client.GET("/v1/locations");
    expect(seen[0]?.headers.authorization).toBe(`Bearer ${token}`);
  });

  const refusal = new TypeError("token must be one word, without `Bearer`");

  test.each(["", " \n"])("%j is refused when the client is made", (empty) => {
    expect(() => createClient({ token: empty })).toThrow(refusal);
  });

  test("undefined, an unset variable in plain JavaScript, is refused when the client is made", () => {
    // @ts-expect-error a token is required
    expect(() => createClient({ token: undefined })).toThrow(refusal);
  });

  test.each(["Bearer abc", "a\nb", "ключ"])("%j cannot be one", async (bad) => {
    expect(() => createClient({ token: bad })).toThrow(refusal);
    const { client, seen } = await recorder({ token: () => bad });
    expect(await rejection(client.GET("/v1/locations"))).toBeInstanceOf(TypeError);
    expect(seen).toEqual([]);
  });

  test("function that throws fails the call with what it threw", async () => {
    const failure = new Error("the vault is sealed");
    const fail = () => Promise.reject(failure);
    const { client, seen } = await recorder({ token: fail });
    expect(await rejection(client.GET("/v1/locations"))).toBe(failure);
    expect(await rejection(client.try.GET("/v1/locations"))).toBe(failure);
    expect(seen).toEqual([]);
  });
});

describe("headers", () => {
  test("of the call win over the token, and the token over those of the client", async () => {
    const { client, seen } = await recorder({
      headers: { Authorization: "Bearer ignored", "X-Team": "blue", "X-Kept": "yes" },
    });
    await client.GET("/v1/locations");
    await client.GET("/v1/locations", {
      headers: new Headers({ Authorization: "Bearer other", "X-Team": "red" }),
    });
    expect(seen[0]?.headers).toMatchObject({ authorization: `Bearer ${token}`, "x-team": "blue" });
    expect(seen[1]?.headers).toMatchObject({
      authorization: "Bearer other",
      "x-team": "red",
      "x-kept": "yes",
    });
  });

  test("that cannot be sent are refused without repeating them", async () => {
    const { client, seen } = await recorder();
    const call = client.GET("/v1/locations", { headers: { Authorization: "Bearer s3cret\nx" } });
    const error = await rejection(call);
    expect(error).toEqual(new TypeError("headers must be one line of Latin-1"));
    expect(seen).toEqual([]);
  });
});

describe("fetch", () => {
  test("can be any function from URL and options to a response", async () => {
    const calls: [string, string | undefined][] = [];
    const client = createClient({
      token,
      fetch: (url, { method }) => {
        calls.push([url, method]);
        return Response.json({ locations: { ord: "Chicago, Illinois (US)" } });
      },
    });
    expect(await client.GET("/v1/locations")).toEqual({
      locations: { ord: "Chicago, Illinois (US)" },
    });
    expect(calls).toEqual([["https://api.turso.tech/v1/locations", "GET"]]);
  });

  test("is the global one of the moment of the call", async () => {
    const client = createClient({ token });
    const stub = vi.fn<typeof fetch>(async () => Response.json({ organizations: [] }));
    vi.stubGlobal("fetch", stub);
    try {
      expect(await client.GET("/v1/organizations")).toEqual({ organizations: [] });
    } finally {
      vi.unstubAllGlobals();
    }
    expect(stub).toHaveBeenCalledOnce();
  });
});

describe("databaseUrl", () => {
  const Hostname = "127.0.0.1:8080/tenant-042-acme/";

  test("is plain HTTP where the API is", () => {
    const client = createClient({ token, baseUrl: "http://127.0.0.1:8080" });
    expect(client.databaseUrl({ Hostname })).toBe("http://127.0.0.1:8080/tenant-042-acme/");
  });

  test("is libsql:// otherwise", () => {
    const client = createClient({ token });
    expect(client.databaseUrl({ Hostname: "tenant-042-acme.turso.io" })).toBe(
      "libsql://tenant-042-acme.turso.io",
    );
  });
});

test("password is not part of any answer", async () => {
  const answer = { database: { Name: "tenant-042" }, username: "acme", password: "from 2023" };
  const client = createClient({ token, fetch: () => Response.json(answer) });
  const data = await client.POST("/v1/organizations/{org_slug}/databases", {
    params: { path: { org_slug: "acme" } },
    body: { name: "tenant-042" },
  });
  expect(data).toEqual({ database: { Name: "tenant-042" }, username: "acme" });
});
