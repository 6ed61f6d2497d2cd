import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { bodyCases } from "./cases/bodies.ts";
import type { Case } from "./cases/case.ts";
import { errorCases } from "./cases/errors.ts";
import { fileCases } from "./cases/files.ts";
import { operationCases } from "./cases/operations.ts";
import { owaspCases } from "./cases/owasp.ts";
import { schemaCases } from "./cases/schemas.ts";
import { readRuleset } from "../load.ts";
import { lint } from "./lint.ts";

const cases: Case[] = [
  ...operationCases,
  ...bodyCases,
  ...errorCases,
  ...schemaCases,
  ...fileCases,
  ...owaspCases,
];
const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
const ownRules = await readOwnRules();

describe.each(ownRules)("%s", (rule) => {
  const own = cases.filter((each) => each.rule === rule);

  test("is content with one document and finds a problem in another", () => {
    expect(own.some(({ problems }) => problems.length === 0)).toBe(true);
    expect(own.some(({ problems }) => problems.length > 0)).toBe(true);
  });

  test("has a paragraph in the README", () => {
    expect(readme).toContain(`\n### ${rule}\n`);
  });

  test.each(own)("$name", async ({ document, problems }) => {
    const found = await lint(rule, document);
    expect(found).toHaveLength(problems.length);
    for (const [index, problem] of problems.entries()) {
      expect(found[index]?.slice(0, problem.length)).toBe(problem);
    }
  });
});

test("every case belongs to a rule", () => {
  expect(cases.map(({ rule }) => rule).filter((rule) => !ownRules.includes(rule))).toEqual([]);
});

test("every paragraph of the README is about a rule", () => {
  const paragraphs = Array.from(readme.matchAll(/^### (.+)$/gm), ([, rule]) => rule);
  expect(paragraphs).toHaveLength(ownRules.length);
  expect(new Set(paragraphs)).toEqual(new Set(ownRules));
});

/** The rules that are defined or chosen here, so not those that are only switched off. */
async function readOwnRules(): Promise<string[]> {
  const rulesets = await Promise.all([readRuleset("ruleset"), readRuleset("layout")]);
  return rulesets.flatMap(({ rules }) =>
    Object.entries(rules).flatMap(([name, rule]) => (rule === "off" ? [] : [name])),
  );
}
