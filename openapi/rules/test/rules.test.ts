import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { bodyCases } from "./cases/bodies.ts";
import type { Case } from "./cases/case.ts";
import { fileCases } from "./cases/files.ts";
import { operationCases } from "./cases/operations.ts";
import { schemaCases } from "./cases/schemas.ts";
import { lint, rulesetPath } from "./lint.ts";

const cases: Case[] = [...operationCases, ...bodyCases, ...schemaCases, ...fileCases];
const ownRules = await readOwnRules();

describe.each(ownRules)("%s", (rule) => {
  const own = cases.filter((each) => each.rule === rule);

  test("is content with one document and finds a problem in another", () => {
    expect(own.some(({ problems }) => problems.length === 0)).toBe(true);
    expect(own.some(({ problems }) => problems.length > 0)).toBe(true);
  });

  test("has a paragraph in the README", async () => {
    const readme = await readFile(join(dirname(rulesetPath), "README.md"), "utf8");
    expect(readme).toContain(`\n### ${rule}\n`);
  });

  test.each(own)("$name", async ({ document, source = "/api/openapi.json", files, problems }) => {
    const found = await lint(rule, document, files ? await placed(files, source) : source);
    expect(found).toHaveLength(problems.length);
    for (const [index, problem] of problems.entries()) {
      expect(found[index]?.slice(0, problem.length)).toBe(problem);
    }
  });
});

test("every case belongs to a rule", () => {
  expect(cases.map(({ rule }) => rule).filter((rule) => !ownRules.includes(rule))).toEqual([]);
});

/** Names of the rules that the ruleset defines, so not those that it only switches off. */
async function readOwnRules(): Promise<string[]> {
  const ruleset: { rules: Record<string, unknown> } = parse(await readFile(rulesetPath, "utf8"));
  return Object.entries(ruleset.rules).flatMap(([name, rule]) =>
    typeof rule === "object" ? [name] : [],
  );
}

async function placed(files: Readonly<Record<string, string>>, source: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-rules-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return join(directory, source);
}
