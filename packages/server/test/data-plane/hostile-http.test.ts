import { once } from "node:events";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { run, send, values } from "../support/hrana.ts";
import { timesAnswered } from "../support/meanwhile.ts";
import { engineProcesses } from "../support/processes.ts";
import { connectTo, postAsText } from "../support/raw-http.ts";
import { bodies, protobufBodies } from "../support/right-requests.ts";
import { useDatabase, useServer } from "../support/server.ts";
import { broken, spoiled } from "../support/spoiled.ts";

const server = useServer({ engineProcesses: 2 });
const database = useDatabase(server);
let processes: number[];
beforeAll(async () => {
  await run(database, "SELECT 1");
  processes = engineProcesses(process.pid);
});

/** The server goes on, with the engine processes that it had. */
async function expectServing(): Promise<void> {
  expect(values(await run(database, "SELECT 1"))).toEqual([["1"]]);
  expect(engineProcesses(process.pid)).toEqual(expect.arrayContaining(processes));
}

async function post(path: string, body: Buffer): Promise<{ status: number; text: string }> {
  const response = await fetch(database.url.replace(/\/$/, "") + path, {
    method: "POST",
    headers: { authorization: `Bearer ${database.token}` },
    body,
  });
  return { status: response.status, text: await response.text() };
}

/** Served, or refused with what is wrong. */
function expectAnswerOrReason({ status, text }: { status: number; text: string }): void {
  if (status === 200) return;
  expect(status).toBe(400);
  expect(JSON.parse(text)).toMatchObject({
    code: expect.any(String),
    message: expect.any(String),
  });
}

it.each([
  ["a good token", () => database.token, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /],
  ["a bad one", () => "nobody", /^HTTP\/1\.1 401 /],
])("a body is asked for where its client waits for that and has %s", async (_, token, answer) => {
  const socket = connectTo(database.url);
  const request = postAsText(
    { url: database.url, token: token() },
    "v3/pipeline",
    { requests: [] },
    ["expect: 100-continue", "connection: close"],
  );
  const [header = "", body = ""] = request.split(/(?<=\r\n\r\n)/);
  socket.write(header);
  let received = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    received += text;
    if (text.startsWith("HTTP/1.1 100 ")) socket.write(body);
  });
  await once(socket, "close");
  expect(received).toMatch(answer);
});

describe("whatever comes over HTTP", () => {
  it.each(Object.entries(bodies))("is served where it is right: %s", async (path, body) => {
    const answer = await send(database, path, body, database.token);
    expect(answer.status).toBe(200);
    const failed = answer.body.results
      ?.slice(2)
      .filter(({ type }: { type?: string }) => type === "error");
    expect(failed ?? []).toEqual([]);
  });

  it.each(Object.keys(bodies))("is answered or refused, and told why: %s", async (path) => {
    const right = JSON.stringify(bodies[path]);
    await fc.assert(
      fc.asyncProperty(broken(right), async (body) => {
        expectAnswerOrReason(await post(path, body));
      }),
      { numRuns: 60 },
    );
    await expectServing();
  });

  it.each(Object.entries(protobufBodies))(
    "is answered or refused, and told why: %s",
    async (path, right) => {
      expect((await post(path, right)).text).toContain("1");
      await fc.assert(
        fc.asyncProperty(spoiled(right), async (body) => {
          expectAnswerOrReason(await post(path, body));
        }),
        { numRuns: 60 },
      );
      await expectServing();
    },
  );

  it.each([
    ["objects", "{},", 2_000_000],
    ["arrays", "[],", 2_000_000],
    ["arrays inside each other", "[", 6_000_000],
    ["members", '"a":1,', 1_000_000],
    ["texts", '"",', 6_000_000],
    ["numbers", "1,", 9_000_000],
  ])(
    "is refused where it is nothing but %s, which would take long to read",
    async (_, part, count) => {
      const start = part.includes(":") ? '{"requests":[],' : '{"requests":[';
      const body = Buffer.from(start + part.repeat(count));
      for (const path of ["/v3/pipeline", "/v3/cursor", "/"]) {
        const { status, text } = await post(path, body);
        expect(status).toBe(400);
        expect(JSON.parse(text)).toMatchObject({ code: "INVALID_REQUEST" });
      }
      await expectServing();
    },
  );

  it("is served where it has as many statements as may be, however short they are", async () => {
    const steps = Array.from({ length: 49_999 }, () => '{"stmt":{"sql_id":1}}').join();
    const body = `{"requests":[{"type":"store_sql","sql_id":1,"sql":";"},{"type":"batch","batch":{"steps":[${steps}]}}]}`;
    const { status, text } = await post("/v3/pipeline", Buffer.from(body));
    expect(status).toBe(200);
    expect(text.match(/SQL_NO_STATEMENT/g)).toHaveLength(49_999);
  });

  it("has a path and a method that are known, or finds nothing", async () => {
    const segment = fc.constantFrom(
      "v1",
      "v2",
      "v3",
      "v3-protobuf",
      "pipeline",
      "cursor",
      "dump",
      "",
      "..",
      "%00",
      "%ff",
      "__proto__",
      "constructor",
      "health",
      "é",
    );
    const target = fc.array(segment, { maxLength: 4 }).map((parts) => encodeURI(parts.join("/")));
    const method = fc.constantFrom(
      "GET",
      "POST",
      "PUT",
      "DELETE",
      "PATCH",
      "OPTIONS",
      "HEAD",
      "PROPFIND",
    );
    await fc.assert(
      fc.asyncProperty(method, target, async (name, path) => {
        const headers = { authorization: `Bearer ${database.token}` };
        const { status } = await fetch(database.url + path, { method: name, headers });
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 100 },
    );
    await expectServing();
  });

  it("has a token, or is refused", async () => {
    const header = fc.oneof(
      fc.constantFrom(
        "",
        "Bearer",
        "Bearer ",
        "Basic x",
        "Bearer a.b.c",
        `Bearer ${database.token}x`,
        `bearer  ${database.token} x`,
      ),
      fc.stringMatching(/^Bearer [!-~]{0,40}$/),
      fc.base64String({ maxLength: 40 }).map((each) => `Bearer eyJhbGciOiJub25lIn0.${each}.`),
    );
    await fc.assert(
      fc.asyncProperty(header, async (authorization) => {
        const response = await fetch(`${database.url}v2/pipeline`, {
          method: "POST",
          headers: { authorization },
          body: '{"requests":[]}',
        });
        expect(response.status).toBe(401);
      }),
      { numRuns: 50 },
    );
  });
});

it("a cursor that nobody reads to its end leaves the server as it was", async () => {
  const sql = "SELECT value, hex(zeroblob(1000)) FROM generate_series(1, 100000)";
  for (let round = 0; round < 5; round++) {
    const controller = new AbortController();
    const response = await fetch(`${database.url}v3/cursor`, {
      method: "POST",
      headers: { authorization: `Bearer ${database.token}` },
      body: JSON.stringify({ batch: { steps: [{ stmt: { sql } }] } }),
      signal: controller.signal,
    });
    await response.body?.getReader().read();
    controller.abort();
  }
  await expectServing();
});

it("a request that takes long to read holds no other database up", async () => {
  const others = await Promise.all(Array.from({ length: 4 }, () => server.createDatabase()));
  const args = Array.from({ length: 2_500_000 }, () => '{"type":"null"}').join();
  const body = `{"requests":[{"type":"execute","stmt":{"sql":"SELECT 1","args":[${args}]}}]}`;
  const outcome = post("/v3/pipeline", Buffer.from(body));
  const times = await timesAnswered(outcome, async () => {
    const results = await Promise.all(others.map((each) => run(each, "SELECT 1")));
    for (const result of results) expect(values(result)).toEqual([["1"]]);
  });
  expect(times).toBeGreaterThan(8);
  const { status, text } = await outcome;
  expect(status).toBe(200);
  expect(text).toContain("ARGS_INVALID");
}, 60_000);
