import { createClient } from "@tursodatabase/api";
import { createClient as connect } from "@libsql/client";
import { beforeAll, describe, expect, it } from "vitest";
import { useServer } from "../support/server.ts";

describe("@tursodatabase/api", () => {
  const server = useServer();
  let turso: ReturnType<typeof createClient>;
  beforeAll(async () => {
    const { token, organization: org, url } = server;
    turso = createClient({ token, org, baseUrl: `${url}/v1/` });
  });

  it("creates, lists, gets and deletes databases", async () => {
    const created = await turso.databases.create("orders");
    expect(created.name).toBe("orders");
    expect(await turso.databases.get("orders")).toMatchObject({ name: "orders", id: created.id });
    expect((await turso.databases.list()).map((database) => database.name)).toContain("orders");
    expect(await turso.databases.delete("orders")).toMatchObject({ database: "orders" });
    await expect(turso.databases.get("orders")).rejects.toMatchObject({ status: 404 });
  });

  it("is told that a name is taken", async () => {
    await turso.databases.create("taken");
    await expect(turso.databases.create("taken")).rejects.toMatchObject({
      status: 409,
      message: "database with same name already exists",
    });
  });

  it("mints tokens that open the database, and rotates them", async () => {
    const database = await server.createDatabase("minted");
    const { jwt } = await turso.databases.createToken("minted", {
      expiration: "1w2d",
      authorization: "full-access",
    });
    const client = connect({ url: database.url, authToken: jwt });
    await client.execute("SELECT 1");
    await turso.databases.rotateTokens("minted");
    await expect(client.execute("SELECT 1")).rejects.toMatchObject({ code: "AUTH_JWT_INVALID" });
    await turso.databases.updateVersion("minted");
  });

  it("lists and gets instances", async () => {
    await server.createDatabase("placed");
    await server.must("POST", "/databases/placed/instances", { location: "ord" });
    const instances = await turso.databases.listInstances("placed");
    expect(instances.map((instance) => instance.type)).toEqual(["primary", "replica"]);
    const [primary] = instances;
    const name = primary?.name ?? "";
    expect(await turso.databases.getInstance("placed", name)).toMatchObject({ type: "primary" });
  });

  it("lists locations, organizations and members", async () => {
    const locations = await turso.locations.list();
    expect(locations).toEqual(
      expect.arrayContaining([{ code: "ord", description: "Chicago, Illinois (US)" }]),
    );
    expect(await turso.organizations.list()).toMatchObject([{ slug: "local", type: "personal" }]);
    expect(await turso.organizations.members()).toMatchObject([
      { username: "local", role: "owner" },
    ]);
  });

  it("creates, lists, validates and revokes API tokens", async () => {
    const created = await turso.apiTokens.create("ci");
    expect(created).toMatchObject({ name: "ci", token: expect.stringMatching(/^ldb_/) });
    expect((await turso.apiTokens.list()).map((token) => token.name)).toContain("ci");
    expect(await turso.apiTokens.validate(created.token)).toMatchObject({ expiry: -1 });
    expect(await turso.apiTokens.revoke("ci")).toMatchObject({ token: "ci" });
    expect((await turso.apiTokens.list()).map((token) => token.name)).not.toContain("ci");
  });
});
