import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { workflowProblems } from "./support/ci-workflows.ts";
import { readProject } from "../lib/docs-check.ts";
import { filesIn } from "../lib/files.ts";
import { fromRoot } from "../lib/root.ts";

const files = await filesIn(".github/workflows", ".yml");
const project = await readProject();
const pinned = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0";

describe("the workflows of GitHub Actions", () => {
  test.each(files)("%s is valid and closed", async (file) => {
    expect(workflowProblems(await readFile(fromRoot(file), "utf8"), project)).toEqual([]);
  });

  test("run the check on every system and every Node that the packages support", async () => {
    const check = await readFile(fromRoot(".github/workflows/check.yml"), "utf8");
    expect(check).toContain("os: [ubuntu-latest, macos-latest, windows-latest]");
    expect(check).toContain("node: [20, 22, 24]");
  });

  const sound = workflow({});
  test.each<[string, string, string[]]>([
    ["a sound one", sound, []],
    [
      "a tag in place of a commit",
      workflow({ uses: "actions/checkout@v5" }),
      ["actions/checkout@v5 must be pinned by its commit, with its version as a comment"],
    ],
    [
      "the dangerous trigger",
      workflow({ on: "pull_request_target" }),
      ["pull_request_target runs with rights on what strangers send"],
    ],
    [
      "rights for all jobs",
      sound.replace("permissions: {}", "permissions: { contents: read }"),
      ["permissions must be {}: each job asks for its own"],
    ],
    [
      "a job with the rights of its trigger",
      sound.replace("    permissions: { contents: read }\n", ""),
      ["job check: it must list its permissions"],
    ],
    [
      "a job without an end",
      sound.replace("    timeout-minutes: 5\n", ""),
      ["job check: it must have timeout-minutes"],
    ],
    [
      "the title of a pull request as a program",
      workflow({ run: "echo ${{ github.event.pull_request.title }}" }),
      [
        'job check: pass values to "echo ${{ github.event.pull_request.title }}" through env, not by an expression',
      ],
    ],
    [
      "a script that does not exist",
      workflow({ run: "npx --yes pnpm@10.34.9 chekc" }),
      ['there is no script "chekc" for "pnpm@10.34.9 chekc"'],
    ],
  ])("%s", (_name, source, problems) => {
    expect(workflowProblems(source, project)).toEqual(problems);
  });

  test("a key that GitHub does not know is found", () => {
    const misspelled = sound.replace("runs-on", "run-on");
    expect(workflowProblems(misspelled, project).join("\n")).toMatch(/^it is not valid: /);
  });
});

function workflow({ on = "push", uses = pinned, run = "npx --yes pnpm@10.34.9 check" }): string {
  return `name: check
on: { ${on}: }
permissions: {}
jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: { contents: read }
    steps:
      - uses: ${uses}
      - run: ${run}
`;
}
