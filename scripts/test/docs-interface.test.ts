import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { operationTable } from "@logicaldb/contract";
import { beforeAll, describe, expect, test } from "vitest";
import { readProject } from "../lib/docs-check.ts";
import { type Interface, interfaceProblems } from "./support/docs-interface.ts";
import { fromRoot } from "../lib/root.ts";

const clientVariables = ["LOGICALDB_URL", "LOGICALDB_TOKEN", "LOGICALDB_ORGANIZATION"];
/** What databases serve below `/v1`, which no contract describes. */
const dataPlane = ["/v1/execute", "/v1/batch"];

describe("the documentation", () => {
  let known: Interface;
  beforeAll(() => {
    const command = fromRoot("packages/server/bin/logicaldb.js");
    const help = spawnSync(process.execPath, [command, "--help"], { encoding: "utf8" }).stdout;
    const operations = Object.values(operationTable);
    known = {
      flags: new Set(
        Array.from(help.matchAll(/^ +(?:-\w, )?(--[\w-]+)/gm), ([, name = ""]) => name),
      ),
      variables: new Set([...(help.match(/\bLOGICALDB_\w+/g) ?? []), ...clientVariables]),
      paths: [...operations.flatMap(({ path, aliases }) => [path, ...aliases]), ...dataPlane],
    };
  });

  test("names flags, variables and paths that there are", async () => {
    const { files } = await readProject();
    const documents = [...files].filter((file) => file.endsWith(".md"));
    const texts = await Promise.all(
      documents.map(async (file) => [file, await readFile(fromRoot(file), "utf8")] as const),
    );
    expect(interfaceProblems(new Map(texts), known)).toEqual([]);
    // What is looked for is there.
    const nothing = { flags: new Set<string>(), variables: new Set<string>(), paths: [] };
    const named = interfaceProblems(new Map(texts), nothing).map((line) => line.split(" ").at(-1));
    expect(named).toEqual(
      expect.arrayContaining(["--data-dir", "LOGICALDB_DATA_DIR", "/v1/locations"]),
    );
  });

  test.each([
    "`--port`, `LOGICALDB_PORT`, `GET /v1/locations`, `/v1/`",
    "`/v1/organizations/acme/databases/{db_name}` and `/_local/health`",
    "```sh\nnpx --yes pnpm@10.0.0 start --port 9000 --data-dir ./data\ncurl --fail x\n```",
    "```ts\n--nothing\n```",
  ])("may say %j", (text) => {
    expect(interfaceProblems(new Map([["a.md", text]]), known)).toEqual([]);
  });

  test.each([
    ["`--prot`", "flag --prot"],
    ["`logicaldb token --dir x`", "flag --dir"],
    ["```sh\nnpx --yes pnpm@10.0.0 start --port 1 --date-dir x\n```", "flag --date-dir"],
    ["`LOGICALDB_PROT`", "variable LOGICALDB_PROT"],
    ["`GET /v1/organisations`", "path /v1/organisations"],
    ["`/v1/organizations/{org_slug}/database`", "path /v1/organizations/{org_slug}/database"],
    ["```sh\ncurl $LOGICALDB_URL/_local/healthz\n```", "path /_local/healthz"],
  ])("is caught at %j", (text, problem) => {
    const found = interfaceProblems(new Map([["a.md", text]]), known);
    expect(found).toEqual([expect.stringContaining(`there is no ${problem}`)]);
  });
});
