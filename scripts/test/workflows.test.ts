import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningServer, startServer } from "@logicaldb/server";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { asRecord, isRecord } from "../lib/json.ts";
import { fromRoot } from "../lib/root.ts";
import { runTool, type ToolResult } from "../lib/tool.ts";

const directory = fromRoot("openapi/workflows");
const token = "a-platform-token-of-the-workflow-tests";

describe("the workflows", () => {
  let server: RunningServer;
  beforeAll(async () => {
    // Steps that query a database expect its path.
    server = await startServer({ port: 0, dataDir: undefined, token, addressing: "path" });
  });
  afterAll(async () => {
    await server.stop();
  });

  test("all succeed on a real server, and leave nothing behind", async () => {
    const files = (await readdir(directory)).filter((name) => name.endsWith(".yaml"));
    const { result, steps } = await follow(files.map((name) => join(directory, name)));
    expect(result.ok, result.output).toBe(true);
    for (const file of files) {
      expect(steps.get(file)).toEqual(await stepsWritten(file));
    }
    const headers = { Authorization: `Bearer ${token}` };
    const list = await fetch(`${server.url}/v1/organizations/local/databases`, { headers });
    expect(await list.json()).toEqual({ databases: [] });
  });

  test("fail where a step does not go as it says", async () => {
    const source = await readFile(join(directory, "token-hygiene.arazzo.yaml"), "utf8");
    const wrong = source
      .replace("../openapi.yaml", fromRoot("packages/contract/src/openapi.json"))
      .replace('/code == "token_invalid"', '/code == "token_kind"');
    const file = join(await temporaryDirectory(), "wrong.arazzo.yaml");
    await writeFile(file, wrong);
    const { result } = await follow([file]);
    expect(result.ok).toBe(false);
    expect(result.output).toContain(
      '✗ success criteria check - $response.body#/code == "token_kind"',
    );
  });

  /** Runs workflow files, and tells which steps were taken, by file name. */
  async function follow(
    files: readonly string[],
  ): Promise<{ result: ToolResult; steps: Map<string, string[]> }> {
    const report = join(await temporaryDirectory(), "report.json");
    const result = await runTool("redocly", [
      "respect",
      ...files,
      `--server=api=${server.url}`,
      `--input=token=${token}`,
      `--input=organization=${server.organization}`,
      `--json-output=${report}`,
    ]);
    return { result, steps: stepsTaken(JSON.parse(await readFile(report, "utf8"))) };
  }
});

function stepsTaken(report: unknown): Map<string, string[]> {
  const files = asRecord(asRecord(report, "the report")["files"], "files");
  return new Map(
    Object.entries(files).map(([path, file]) => [
      path.split(/[\\/]/).at(-1) ?? path,
      valuesAt(file, "executedWorkflows").flatMap((workflow) =>
        valuesAt(workflow, "executedSteps").map((step) => String(asRecord(step, "step")["stepId"])),
      ),
    ]),
  );
}

function valuesAt(value: unknown, key: string): unknown[] {
  const found = isRecord(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
}

async function stepsWritten(file: string): Promise<string[]> {
  const source = await readFile(join(directory, file), "utf8");
  return Array.from(source.matchAll(/- stepId: (\w+)/g), ([, id]) => String(id));
}

async function temporaryDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "logicaldb-workflows-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}
