/**
 * Runs every linter at once: format, TypeScript, our rules on the contract's source and on the
 * bundles, and the structure of the contract. Prints a line for each, and all that a failing one
 * said. Any finding, also a mere hint, is a failure.
 */
import { runTool, type ToolResult } from "./lib/tool.ts";

const rootDocuments = ["openapi/openapi.yaml", "openapi/local.yaml"];
const contractSources = ["openapi/*.yaml", "openapi/paths/*.yaml", "openapi/components/**/*.yaml"];
const bundles = ["packages/contract/src/openapi.json", "packages/contract/src/local.json"];

const linters = {
  spectral: () =>
    runTool("spectral", [
      "lint",
      "--ruleset=openapi/rules/ruleset.yaml",
      "--fail-severity=hint",
      // Path items and components are no documents of their own; only our rules apply to them.
      "--ignore-unknown-format",
      ...contractSources,
      ...bundles,
    ]),
  redocly: () => runTool("redocly", ["lint", ...rootDocuments]),
  oxlint: () => runTool("oxlint", ["--type-aware", "--deny-warnings"]),
  oxfmt: () => runTool("oxfmt", ["--check", "."]),
};

const results = await Promise.all(
  Object.entries(linters).map(async ([name, run]) => report(name, await run())),
);
if (results.includes(false)) process.exitCode = 1;

function report(name: string, { ok, output, milliseconds }: ToolResult): boolean {
  const seconds = (milliseconds / 1000).toFixed(1).padStart(5);
  console.log(`${name.padEnd(10)}${ok ? "ok    " : "FAILED"}${seconds} s`);
  if (!ok) console.log(output);
  return ok;
}
