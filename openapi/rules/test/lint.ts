import core from "@stoplight/spectral-core";
import parsers from "@stoplight/spectral-parsers";
import refResolver from "@stoplight/spectral-ref-resolver";
import { loadRuleset } from "../load.ts";

// The references of a case need not lead anywhere; the rules that are tested here look at the text.
const resolver = new refResolver.Resolver({ dereferenceInline: false, dereferenceRemote: false });

const rulesets = [await loadRuleset("ruleset"), await loadRuleset("layout")];

/** Lints a document, and returns the problems that one rule finds. */
export async function lint(rule: string, document: unknown): Promise<string[]> {
  const ruleset = rulesets.find(({ rules }) => rule in rules);
  if (ruleset === undefined) throw new Error(`there is no rule ${rule}`);
  // Alone, so that a case need not be a whole document that satisfies every other rule.
  for (const each of Object.values(ruleset.rules)) each.enabled = each.name === rule;
  const spectral = new core.Spectral({ resolver });
  spectral.setRuleset(ruleset);
  const parsed = new core.Document(JSON.stringify(document), parsers.Json, "/openapi.json");
  const results = await spectral.run(parsed, { ignoreUnknownFormat: true });
  return results
    .filter(({ code }) => code === rule)
    .map(({ path, message }) => `${path.join(".")}: ${message}`);
}
