import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { operationTable } from "@logicaldb/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkAnswer } from "../../packages/server/test/contract/check-answer.ts";
import { World } from "../../packages/server/test/contract/world.ts";
import { codeSamples } from "../lib/code-samples.ts";
import { asRecord } from "../lib/json.ts";
import { fromRoot } from "../lib/root.ts";
import { setEnvironment } from "./support/environment.ts";
import { Programs } from "./support/run-typescript.ts";

const execute = promisify(execFile);
const bundle = await readFile(fromRoot("packages/contract/src/openapi.json"), "utf8");
const document = asRecord(JSON.parse(bundle), "the bundle");
const rows = Object.values(operationTable).filter((row) => row.document === "openapi");

function sampleOf(row: (typeof rows)[number], label: string): string {
  const sample = codeSamples(document, row).find((each) => each.label === label);
  if (sample === undefined) throw new Error(`${row.operationId} has no sample for ${label}`);
  return sample.source;
}

describe("the code samples", () => {
  let world: World;
  let programs: Programs;
  let curlHome: string;
  let restore: () => void;
  beforeAll(async () => {
    world = await World.start();
    programs = await Programs.create("samples");
    for (const row of rows) await programs.add(row.operationId, sampleOf(row, "TypeScript"));
    curlHome = await mkdtemp(join(tmpdir(), "logicaldb-curl-"));
    await writeFile(join(curlHome, ".curlrc"), 'silent\nwrite-out = "\\n%{http_code}"\n');
    restore = setEnvironment({
      LOGICALDB_URL: world.server.url,
      LOGICALDB_TOKEN: world.server.token,
      LOGICALDB_ORGANIZATION: world.server.organization,
      CURL_HOME: curlHome,
    });
  });
  afterAll(async () => {
    restore();
    await rm(curlHome, { recursive: true, force: true });
    await world.stop();
  });

  test("in TypeScript compile", async () => {
    const { ok, output } = await programs.compile();
    expect(ok, output).toBe(true);
  });

  test.each(rows)("in TypeScript calls $operationId", async ({ operationId, method, statuses }) => {
    await world.reset(operationId);
    const seen = await observed(() => programs.run(operationId));
    world.changed();
    expect(seen).toEqual([`${operationId} 200`]);
    expect(method).toBe(operationTable[operationId].method);
    expect(statuses).toContain(200);
  });

  test("in TypeScript would not compile with another method or another field", async () => {
    const faulty = await Programs.create("faulty-samples");
    const sample = sampleOf(operationTable.createInstance, "TypeScript");
    await faulty.add("method", sample.replace("instances.create(", "instances.creat("));
    await faulty.add("field", sample.replace("location:", "place:"));
    const { ok, output } = await faulty.compile();
    expect(ok).toBe(false);
    expect(output).toMatch(/method\.ts.*'creat' does not exist/);
    expect(output).toMatch(/field\.ts.*'place' does not exist/);
  });

  test.each(rows)("for curl calls $operationId", async (row) => {
    const { operationId, path, method } = row;
    await world.reset(operationId);
    const { status, text } = await runCurl(sampleOf(row, "curl"));
    world.changed();
    expect(status, text).toBe(200);
    const answer = { method: method.toUpperCase(), url: `http://x${path}`, status, text };
    const headers = new Headers({ "content-type": "application/json" });
    expect(checkAnswer({ ...answer, headers })).toMatchObject({ operationId, problem: undefined });
  });

  test.each([
    ["another path", "/v1/locations", "/v1/places", 404],
    ["no token", "$LOGICALDB_TOKEN", "", 401],
  ])("for curl would be caught with %s", async (_name, right, wrong, status) => {
    const sample = sampleOf(operationTable.listLocations, "curl");
    expect(sample).toContain(right);
    expect((await runCurl(sample.replace(right, wrong))).status).toBe(status);
  });

  async function runCurl(script: string): Promise<{ status: number; text: string }> {
    const { stdout } = await execute("sh", ["-ec", script]);
    const [text = "", status = ""] = stdout.split(/\n(?=\d+$)/);
    return { status: Number(status), text };
  }

  test("for the Turso CLI have every name filled in", () => {
    const commands = rows
      .flatMap((row) => codeSamples(document, row))
      .filter(({ label }) => label === "Turso CLI");
    expect(commands.length).toBeGreaterThan(10);
    for (const { source } of commands) expect(source).toMatch(/^turso [a-z][\w -]*$/);
  });
});

/** The operations that a program called by `fetch`, with the statuses of their answers. */
async function observed(run: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const response = await send(input, init);
    const url = String(input instanceof Request ? input.url : input);
    const method = init?.method ?? (input instanceof Request ? input.method : "GET");
    const { status, headers } = response;
    const text = await response.clone().text();
    const answer = checkAnswer({ method, url, status, headers, text });
    seen.push(`${answer?.operationId} ${status}`);
    return response;
  };
  try {
    await run();
  } finally {
    globalThis.fetch = send;
  }
  return seen;
}
