/**
 * Runs every check that reads and does not run: format, TypeScript, the rules of the contract, its
 * structure and its score, changes that break clients, and what the documentation names. Prints a
 * line for each, and all that a failing one said. Any finding, also a mere hint, is a failure.
 * Names of linters as arguments choose among them.
 */
import { breakingProblems } from "./lib/breaking.ts";
import { formatFindings, lintContract } from "./lib/contract-lint.ts";
import { filesIn } from "./lib/files.ts";
import { docsProblems } from "./lib/docs-check.ts";
import { scoreProblems } from "./lib/score.ts";
import { runTool, type ToolResult, timed } from "./lib/tool.ts";

const rootDocuments = ["openapi/openapi.yaml", "openapi/local.yaml"];
const bundles = ["packages/contract/src/openapi.json", "packages/contract/src/local.json"];
const workflows = await filesIn("openapi/workflows", ".arazzo.yaml");

const linters: Readonly<Record<string, () => Promise<ToolResult>>> = {
  redocly: () => runTool("redocly", ["lint", ...rootDocuments, ...bundles, ...workflows]),
  breaking: () => timed(breakingProblems),
  score: () => timed(scoreProblems),
  docs: () => timed(docsProblems),
  oxlint: () => runTool("oxlint", ["--type-aware", "--deny-warnings"]),
  oxfmt: () => runTool("oxfmt", ["--check", "."]),
  // The command that others would use; it knows no source that is split into files.
  bundle: () =>
    runTool("spectral", [
      "lint",
      "--ruleset=openapi/rules/ruleset.yaml",
      "--fail-severity=hint",
      ...bundles,
    ]),
  // The last, since it keeps this process from starting the others.
  spectral: () => timed(async () => formatFindings(await lintContract())),
};

const chosen = process.argv.slice(2);
const results = await Promise.all(
  Object.entries(chosen.length === 0 ? linters : pick(chosen)).map(async ([name, run]) =>
    report(name, await run()),
  ),
);
if (results.includes(false)) process.exitCode = 1;

function pick(names: readonly string[]): Readonly<Record<string, () => Promise<ToolResult>>> {
  return Object.fromEntries(
    names.map((name) => {
      const run = linters[name];
      if (run === undefined)
        throw new Error(`no linter ${name}: ${Object.keys(linters).join(", ")}`);
      return [name, run];
    }),
  );
}

function report(name: string, { ok, output, milliseconds }: ToolResult): boolean {
  const seconds = (milliseconds / 1000).toFixed(1).padStart(5);
  console.log(`${name.padEnd(10)}${ok ? "ok    " : "FAILED"}${seconds} s`);
  if (!ok) console.log(output);
  return ok;
}
