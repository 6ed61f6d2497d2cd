import { operationTable } from "@logicaldb/contract";
import { expect, test } from "vitest";
import { schemasOf } from "../../src/platform/contract.ts";
import {
  bodyValidator,
  parametersValidator,
  responseSerializer,
} from "../../src/platform/validation.ts";
import { createHarness } from "./harness.ts";

test("an answer that breaks the contract is not sent; the log says what and where", async () => {
  const api = await createHarness({ hostnameOf: () => "not a hostname" });
  const response = await api.app.inject({
    method: "POST",
    url: "/v1/organizations/local/databases",
    headers: { authorization: `Bearer ${api.token}`, "x-request-id": "request-1" },
    payload: { name: "shop" },
  });
  expect(response.statusCode).toBe(500);
  expect(response.json()).toEqual({
    error: expect.stringContaining("its log says why"),
    code: "internal_error",
  });
  expect(api.log).toMatchObject([
    {
      requestId: "request-1",
      operationId: "createDatabase",
      status: 200,
      pointer: "/database/Hostname",
      msg: expect.stringContaining("breaks the contract"),
    },
  ]);
});

test("a failure of the server shows nothing of itself to the caller", async () => {
  const api = await createHarness();
  api.store.close();
  const refusal = await api.refused("listDatabases");
  expect(refusal).toMatchObject({ status: 500, code: "internal_error" });
  expect(refusal.error).not.toMatch(/closed|libsql|sql/i);
  expect(api.log).toMatchObject([{ err: { message: expect.any(String) } }]);
});

test("a failure is logged without the token that its caller put into the URL", async () => {
  const api = await createHarness();
  api.store.close();
  await api.refused("listDatabases", { path: { org_slug: api.token } });
  expect(api.log).toMatchObject([{ url: expect.stringContaining("/[token]/databases") }]);
  expect(JSON.stringify(api.log)).not.toContain(api.token);
});

const code = "route_not_found";

test("says where nothing is", async () => {
  const api = await createHarness();
  for (const url of ["/", "/v1", "/v1/organizations/", "/V1/organizations", "/_local/secrets"]) {
    const response = await api.app.inject({ url });
    expect([url, response.statusCode, response.json()]).toEqual([
      url,
      404,
      { error: `nothing answers at ${url}: the page at / lists all there is`, code },
    ]);
  }
});

test.each(["/v2/pipeline", "/v3/pipeline", "/v3/cursor", "/v3-protobuf/pipeline", "/v2"])(
  "tells a client of databases that calls %s where queries go",
  async (url) => {
    const api = await createHarness();
    const response = await api.app.inject({ method: "POST", url, payload: "{}" });
    const error = `nothing answers at ${url} of localhost:80: the URL of a database is its Hostname, with the slash at its end where there is one, and a proxy has to pass on its Host header`;
    expect(response.json()).toEqual({ error, message: error, code });
    expect(response.headers["content-type"]).toBe("application/json");
  },
);

test("says which methods a path has", async () => {
  const api = await createHarness();
  const url = "/v1/organizations/local/databases";
  for (const method of ["PUT", "PATCH", "DELETE", "OPTIONS"] as const) {
    const response = await api.app.inject({ method, url, payload: "x" });
    expect(response.statusCode).toBe(405);
    expect(response.headers["allow"]).toBe("GET, HEAD, POST");
    expect(response.json()).toMatchObject({
      error: `${url} answers only GET, HEAD, POST, not ${method}`,
      code: "method_not_allowed",
    });
  }
});

test("every answer carries a request id: the caller's if it is harmless, otherwise a new one", async () => {
  const api = await createHarness();
  const idFor = async (url: string, given?: string) => {
    const headers = given === undefined ? {} : { "x-request-id": given };
    return (await api.app.inject({ url, headers })).headers["x-request-id"];
  };
  for (const url of ["/_local/health", "/v1/organizations", "/nowhere", "/v1/organizations/%zz"]) {
    expect(await idFor(url)).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor(url, "abc-1")).toBe("abc-1");
    expect(await idFor(url, "x".repeat(65))).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor(url, '"}{"')).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test("every schema of every operation compiles", () => {
  for (const { operationId, statuses, hasRequestBody } of Object.values(operationTable)) {
    const { path, query, body, responses } = schemasOf(operationId);
    expect([...responses.keys()], operationId).toEqual([...statuses]);
    expect(body !== undefined, operationId).toBe(hasRequestBody);
    parametersValidator(path)({});
    parametersValidator(query)({});
    if (body !== undefined) bodyValidator(body)({});
    for (const [status, schema] of responses) {
      const serialize = responseSerializer(schema, operationId, status);
      expect(() => serialize("no object"), operationId).toThrow(/breaks the contract at ""/);
    }
  }
});
