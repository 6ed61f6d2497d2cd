import { describe, expect, test } from "vitest";
import { deadContractLinks, docsProblems, findProblems, type Project } from "../lib/docs-check.ts";

const project: Project = {
  files: new Set(["README.md", "docs/guide.md", "packages/server/src/operations/listThings.ts"]),
  made: ["dist"],
  packageManager: "pnpm@10.0.0",
  scripts: new Set(["check", "docs"]),
};

/** What is wrong with a guide that consists of these lines. */
function problemsOf(...lines: string[]): string[] {
  const documents = new Map([
    ["README.md", "# Project\n\n## How it works"],
    ["docs/guide.md", lines.join("\n")],
  ]);
  return findProblems(documents, project);
}

describe("the documentation", () => {
  test("names only what is there", async () => {
    expect(await docsProblems()).toBe("");
  });

  test.each([
    ["a file", "See [the guide](guide.md) and [the server](../packages/server)."],
    ["a heading", "[How](../README.md#how-it-works), and [here](#here-too)\n# Here, too"],
    ["another host", "[Arazzo](https://spec.openapis.org/arazzo/latest.html#x)"],
    ["a place in the reference site", "[Create](#databases/createDatabase)"],
    ["a pattern", "`packages/server/src/operations/<the operationId>.ts` and `packages/*/src`"],
    ["a file of a package", "`operations/listThings.ts`"],
    ["what a build makes", "`packages/server/dist/cli.js`"],
    ["a command", "```sh\nnpx --yes pnpm@10.0.0 check\npnpm run docs\npnpm install\n```"],
    ["a bad example", "Bad: `docs/no.md`"],
    ["code in another language", '```ts\nimport "docs/no.ts"; // [no](no.md)\n```'],
  ])("may name %s", (_name, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  test.each([
    ["[no](no.md)", "the link leads to docs/no.md, which does not exist"],
    ["[no](../README.md#nowhere)", "README.md has no heading #nowhere"],
    ["`docs/no.md`", "there is no docs/no.md"],
    ["`scripts/*.ts`", "there is no scripts/*.ts"],
    ["`operations/no.ts`", "there is no operations/no.ts"],
    ["`pnpm chekc`", 'there is no script "chekc" for "pnpm chekc"'],
    ["`pnpm docs`", 'pnpm does not take "pnpm docs" for the script: write "pnpm run docs"'],
    ["`npx --yes pnpm@9.9.9 check`", "pnpm@9.9.9 is not pnpm@10.0.0, which package.json names"],
  ])("is caught at %s", (text, problem) => {
    expect(problemsOf("", text)).toEqual([`docs/guide.md:2: ${problem}`]);
  });
});

test("a link of the contract leads to an operation or a schema", () => {
  const links = "[a](#things/listThings) [b](#schemas/Thing) [c](#things/getThing)";
  const listThings = {
    operationId: "listThings",
    tags: ["Things"],
    summary: "",
    security: [],
    responses: {},
  };
  const bundle = JSON.stringify({
    info: { description: links },
    paths: { "/things": { get: listThings } },
    components: { schemas: { Thing: {} } },
  });
  expect(deadContractLinks(bundle)).toEqual([
    "openapi/: the link #things/getThing leads to no operation and no schema",
  ]);
});
