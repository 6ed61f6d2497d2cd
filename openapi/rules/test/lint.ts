import * as fs from "node:fs";
import { fileURLToPath } from "node:url";
import core from "@stoplight/spectral-core";
import parsers from "@stoplight/spectral-parsers";
import loader from "@stoplight/spectral-ruleset-bundler/with-loader";

/** Where our ruleset is. */
export const rulesetPath = fileURLToPath(new URL("../ruleset.yaml", import.meta.url));

const ruleset = await loader.bundleAndLoadRuleset(rulesetPath, { fs, fetch });

/** Lints a document as if it lay at `source`, and returns the problems that one rule finds. */
export async function lint(rule: string, document: unknown, source: string): Promise<string[]> {
  // Alone, so that a case need not be a whole document that satisfies every other rule.
  for (const each of Object.values(ruleset.rules)) each.enabled = each.name === rule;
  const spectral = new core.Spectral();
  spectral.setRuleset(ruleset);
  const text = JSON.stringify(document);
  const results = await spectral.run(new core.Document(text, parsers.Json, source), {
    ignoreUnknownFormat: true,
  });
  // References that lead nowhere are reported whatever the rules are.
  return results
    .filter(({ code }) => code === rule)
    .map(({ path, message }) => `${path.join(".")}: ${message}`);
}
