import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatFindings, lintContract } from "../lib/contract-lint.ts";
import { namesOf } from "../lib/markdown.ts";
import { fromRoot } from "../lib/root.ts";
import { type Outcome, ProjectCopy } from "./support/copy.ts";

const compiler = "node_modules/typescript/bin/tsc";
const operations = "packages/server/src/platform/operations";

const pathItem = `get:
  operationId: getMotto
  x-sdk: { method: locations.motto, returns: motto }
  summary: Get the motto
  description: |
    Returns what the server lives by.
  tags: [Locations]
  security:
    - PlatformToken: []
  responses:
    "200":
      description: The motto.
      content:
        application/json:
          schema:
            $ref: ../components/schemas/GetMottoOutput.yaml
          examples:
            getMotto.response:
              $ref: ../components/examples/getMotto.response.yaml
    "401":
      $ref: ../components/responses/Unauthorized.yaml
    "429":
      $ref: ../components/responses/TooManyRequests.yaml
    "500":
      $ref: ../components/responses/InternalServerError.yaml
`;
const schema = `type: object
description: What the server lives by.
required: [motto]
properties:
  motto:
    type: string
    description: One sentence.
    maxLength: 100
`;
const handler = `import type { CallerContext, Output } from "../operation.ts";

export function getMotto(_context: CallerContext): Output<"getMotto"> {
  return { motto: "The contract leads." };
}
`;
// What an application does with it: the client must know the path and the answer by itself.
const application = `import { createClient } from "@logicaldb/client";
import { startServer } from "@logicaldb/server";

const token = "the-token-of-the-copy-of-the-project";
const server = await startServer({ port: 0, dataDir: undefined, token });
const client = createClient({ baseUrl: server.url, token });
const { motto }: { motto: string } = await client.GET("/v1/motto");
console.log(motto);
await server.stop();
`;

const handlerTest = `import { expect, test } from "vitest";
import { createHarness } from "../harness.ts";

test("answers with a sentence", async () => {
  const api = await createHarness();
  expect(await api.ok("getMotto")).toEqual({ motto: "The contract leads." });
});
`;
const changeset = `---
"@logicaldb/contract": minor
"@logicaldb/client": minor
"@logicaldb/server": minor
---

The motto.
`;
/** The tests that go through all operations there are. */
const everyOperation = [
  "packages/server/test/platform/operations/getMotto",
  "packages/server/test/platform/authentication",
  "packages/server/test/contract",
  "scripts/test/one-name",
  "scripts/test/samples",
];

describe("an operation that is added as CONTRIBUTING says", { timeout: 120_000 }, () => {
  let copy: ProjectCopy;
  beforeAll(async () => {
    copy = await ProjectCopy.make();
  });
  afterAll(async () => {
    await copy.remove();
  });

  test("does not compile before it has a handler, and works once it has one", async () => {
    await copy.write("openapi/paths/v1_motto.yaml", pathItem);
    await copy.insert(
      "openapi/openapi.yaml",
      "/v1/locations:",
      "  /v1/motto:\n    $ref: paths/v1_motto.yaml",
    );
    await copy.write("openapi/components/schemas/GetMottoOutput.yaml", schema);
    await copy.write(
      "openapi/components/examples/getMotto.response.yaml",
      "summary: The motto\nvalue:\n  motto: The contract leads.\n",
    );
    expect(formatFindings(await lintContract(`${copy.directory}/openapi`))).toBe("");
    succeed(copy.node("--import", "tsx", "scripts/generate.ts"));

    const without = copy.node(compiler, "-b", "packages/server");
    expect(without.ok).toBe(false);
    expect(without.output).toMatch(/operations\/index\.ts.*: error TS\d+: .*getMotto/s);

    await copy.write(`${operations}/getMotto.ts`, handler);
    await copy.insert(
      `${operations}/index.ts`,
      "import type",
      'import { getMotto } from "./getMotto.ts";',
    );
    await copy.insert(`${operations}/index.ts`, "getHealth,", "  getMotto,");
    succeed(copy.node(compiler, "-b", "packages/server", "packages/client"));
  });

  test("passes what the tests ask of every operation", async () => {
    await copy.write(`packages/server/test/platform/operations/getMotto.test.ts`, handlerTest);
    await copy.write(".changeset/motto.md", changeset);
    const generated = "docs/coverage.md";
    const before = await readFile(`${copy.directory}/${generated}`, "utf8");
    const vitest = ["node_modules/vitest/vitest.mjs", "run", "--maxWorkers=1", ...everyOperation];
    // Statuses are counted; samples and examples of other operations tell nothing.
    const named = [
      "--testNamePattern",
      "^(?!the code samples|the contract's examples)|compile$|getMotto",
    ];
    const ran = copy.node(...vitest, "--update", "--reporter=verbose", ...named);
    expect(ran.ok, ran.output).toBe(true);
    expect(ran.output).toMatch(/✓.*in TypeScript calls 'getMotto'/);
    const after = await readFile(`${copy.directory}/${generated}`, "utf8");
    expect(after).not.toBe(before);
    expect(after).toContain("`getMotto`");
    await copy.write(generated, after);
  });

  test("is served, and the client knows it without a change", async () => {
    // From the bundle that was made for the tests.
    await copy.write("scripts/demo.ts", application);
    const called = copy.node("--import", "tsx", "scripts/demo.ts");
    expect(called).toEqual({ ok: true, output: "The contract leads.\n" });
    const flags = [
      "--noEmit",
      "--ignoreConfig",
      "--strict",
      "--module",
      "nodenext",
      "--types",
      "node",
    ];
    const typed = copy.node(compiler, ...flags, "scripts/demo.ts");
    expect(typed).toEqual({ ok: true, output: "" });
  });

  test("touches only the files that CONTRIBUTING lists", async () => {
    const contributing = await readFile(fromRoot("CONTRIBUTING.md"), "utf8");
    const section = /^## Adding an operation\n(.*?)^## /ms.exec(contributing)?.[1] ?? "";
    const listed = namesOf(section).filter(({ kind }) => kind === "path");
    const patterns = listed.map(({ name }) => new RegExp(`(^|/)${patternOf(name)}`));
    const touched = copy.touched.filter((file) => file !== "scripts/demo.ts");
    expect(touched.filter((file) => !patterns.some((pattern) => pattern.test(file)))).toEqual([]);
  });
});

function succeed({ ok, output }: Outcome): void {
  expect(ok, output).toBe(true);
}

function patternOf(path: string): string {
  const parts = path.split(/<[^>]*>/).map((part) => part.replaceAll(".", String.raw`\.`));
  return parts.join("[^/]+");
}
