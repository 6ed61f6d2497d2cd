import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { decodeJwt, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { hasRead } from "../support/has-read.ts";
import { execute, pipeline, run, send, values } from "../support/hrana.ts";
import { connectTo, postAsText } from "../support/raw-http.ts";
import { TestServer, useDatabase, useServer } from "../support/server.ts";

const server = useServer();
const database = useDatabase(server);

const select = { requests: [execute("SELECT 1"), { type: "close" }] };

describe("a request to a database", () => {
  it("needs a token", async () => {
    const answer = await send(database, "/v3/pipeline", select, undefined);
    expect(answer).toMatchObject({ status: 401, body: { code: "AUTH_TOKEN_MISSING" } });
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  });

  it("is refused with a platform token", async () => {
    const { body } = await server.api("POST", "/../../auth/api-tokens/for-the-platform");
    const answer = await send(database, "/v3/pipeline", select, body.token);
    expect(answer).toMatchObject({ status: 401, body: { code: "AUTH_TOKEN_KIND" } });
  });

  it.each(["x", "a.b.c", "null", "🦀"])("is refused with the token %j", async (token) => {
    const answer = await send(database, "/v3/pipeline", select, encodeURIComponent(token));
    expect(answer).toMatchObject({ status: 401, body: { code: "AUTH_JWT_INVALID" } });
  });

  it("is refused with the token of another database", async () => {
    const other = await server.createDatabase();
    const answer = await send(database, "/v3/pipeline", select, other.token);
    expect(answer).toMatchObject({ status: 401, body: { code: "AUTH_JWT_INVALID" } });
  });

  it("is refused with a token signed by somebody else, or by nobody", async () => {
    const claims = decodeJwt(database.token);
    const { privateKey } = generateKeyPairSync("ed25519");
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: "EdDSA" }).sign(privateKey);
    const [, payload] = database.token.split(".");
    const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
    for (const token of [forged, none, `${database.token.slice(0, -4)}AAAA`]) {
      const answer = await send(database, "/v3/pipeline", select, token);
      expect(answer).toMatchObject({ status: 401, body: { code: "AUTH_JWT_INVALID" } });
    }
  });

  it("is refused once its token has expired, also while it is remembered as good", async () => {
    const token = await server.mint(database.name, "?expiration=400ms");
    const { exp } = decodeJwt(token);
    expect((await send(database, "/v3/pipeline", select, token)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, (exp ?? 0) * 1_000 - Date.now() + 5));
    const answer = await send(database, "/v3/pipeline", select, token);
    expect(answer).toMatchObject({ status: 401, body: { code: "AUTH_JWT_EXPIRED" } });
  });

  it("is refused after invalidation, on an open stream too, whose transaction is undone", async () => {
    const leaky = await server.createDatabase();
    await run(leaky, "CREATE TABLE t (a)");
    const { body } = await pipeline(leaky, [
      execute("BEGIN IMMEDIATE"),
      execute("INSERT INTO t VALUES (1)"),
    ]);
    await server.must("POST", `/databases/${leaky.name}/auth/rotate`);
    const late = await pipeline(leaky, [execute("COMMIT")], { baton: body.baton });
    expect(late).toMatchObject({ status: 401, body: { code: "AUTH_JWT_INVALID" } });

    const renewed = { ...leaky, token: await server.mint(leaky.name) };
    const withNewToken = await pipeline(renewed, [execute("COMMIT")], { baton: body.baton });
    expect(withNewToken).toMatchObject({ status: 400, body: { code: "STREAM_EXPIRED" } });
    expect((await run(renewed, "SELECT count(*) FROM t")).rows).toEqual([
      [{ type: "integer", value: "0" }],
    ]);
  });
});

describe("an address", () => {
  it("that no database has is not found", async () => {
    const nowhere = { url: `${server.url}/nothing-${server.organization}/` };
    const answer = await send(nowhere, "/v3/pipeline", select, database.token);
    expect(answer).toMatchObject({ status: 404, body: { code: "DATABASE_NOT_FOUND" } });
  });

  it("of a database without instances says so", async () => {
    await server.must("POST", "/databases", { name: "bodiless" });
    const token = await server.mint("bodiless");
    const { database: described } = await server.must("GET", "/databases/bodiless");
    const answer = await send(
      { url: `http://${described.Hostname}` },
      "/v3/pipeline",
      select,
      token,
    );
    expect(answer).toMatchObject({ status: 404, body: { code: "DATABASE_WITHOUT_INSTANCE" } });
  });

  it("works by Host header and by path, whichever is advertised", async () => {
    const label = new URL(database.url).pathname.replaceAll("/", "");
    const { port } = new URL(server.url);
    const http = await import("node:http");
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const request = http.request(
        {
          host: "127.0.0.1",
          port,
          path: "/v2/pipeline",
          method: "POST",
          headers: {
            host: `${label}.localhost:${port}`,
            authorization: `Bearer ${database.token}`,
          },
        },
        (response) => resolve(response.resume().statusCode),
      );
      request.on("error", reject);
      request.end(JSON.stringify(select));
    });
    expect(status).toBe(200);
    expect((await send(database, "/v2/pipeline", select, database.token)).status).toBe(200);
  });

  it("of an instance reaches the data until the instance is destroyed", async () => {
    const replicated = await server.createDatabase();
    await run(replicated, "CREATE TABLE t (a)");
    const { instance } = await server.must("POST", `/databases/${replicated.name}/instances`, {
      location: "ord",
    });
    const replica = { ...replicated, url: `http://${instance.hostname}` };
    expect(await run(replica, "INSERT INTO t VALUES (1)")).toMatchObject({ affected_row_count: 1 });
    expect((await run(replicated, "SELECT a FROM t")).rows).toHaveLength(1);
    await server.must("DELETE", `/databases/${replicated.name}/instances/${instance.name}`);
    expect(await run(replica, "SELECT 1")).toMatchObject({
      status: 404,
      code: "DATABASE_NOT_FOUND",
    });
  });
});

it("a body over the limit is refused", async () => {
  const small = await TestServer.start({ limits: { requestBytes: 1_000 } });
  try {
    const tiny = await small.createDatabase();
    const answer = await send(
      tiny,
      "/v3/pipeline",
      { requests: [execute(`SELECT '${"x".repeat(2_000)}'`)] },
      tiny.token,
    );
    expect(answer).toMatchObject({ status: 413, body: { code: "BODY_TOO_LARGE" } });
  } finally {
    await small.stop();
  }
});

it("a body that was held back is not run where its token has been invalidated meanwhile", async () => {
  const other = await server.createDatabase();
  await run(other, "CREATE TABLE t (a)");
  const insert = { requests: [execute("INSERT INTO t VALUES (1)"), { type: "close" }] };
  const text = postAsText(other, "v3/pipeline", insert);
  const socket = connectTo(server.url);
  socket.setEncoding("utf8");
  socket.write(text.slice(0, -10));
  await hasRead(server);
  await server.must("POST", `/databases/${other.name}/auth/rotate`);
  socket.write(text.slice(-10));
  const [answer] = await once(socket, "data");
  expect(answer).toMatch(/^HTTP\/1.1 401 /);
  socket.destroy();
  const token = await server.mint(other.name);
  const { body } = await send(
    other,
    "/v3/pipeline",
    { requests: [execute("SELECT * FROM t")] },
    token,
  );
  expect(values(body.results[0].response.result)).toEqual([]);
});
