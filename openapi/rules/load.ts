import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import core from "@stoplight/spectral-core";
import functions from "@stoplight/spectral-functions";
import owasp from "@stoplight/spectral-owasp-ruleset";
import { parse } from "yaml";

/** The two rulesets: for the contract as one document, and for the files it is kept in. */
export type RulesetName = "ruleset" | "layout";

/** A ruleset file, as far as loading it goes. */
export interface RulesetFile {
  readonly extends?: readonly [keyof typeof known, unknown][];
  readonly functions: readonly string[];
  readonly rules: Readonly<Record<string, unknown>>;
}

const asCommonJs: { default: { rules: Readonly<Record<string, unknown>> } } = createRequire(
  import.meta.url,
)(
  // The package as a whole would load the schemas of other kinds of API too.
  "@stoplight/spectral-rulesets/dist/oas/index.js",
);

/** What `spectral:oas` stands for. */
export const oas = asCommonJs.default;

const known = {
  "spectral:oas": oas,
  "@stoplight/spectral-owasp-ruleset": owasp,
};

/** Reads a ruleset file without making anything of it. */
export async function readRuleset(name: RulesetName): Promise<RulesetFile> {
  return parse(await readFile(pathOf(name), "utf8"));
}

/**
 * Makes a ruleset of its file. Spectral's own loader sends the file and all that it imports through
 * a bundler first, which takes longer than linting.
 */
export async function loadRuleset(name: RulesetName): Promise<core.Ruleset> {
  const { extends: bases = [], functions: own, rules, ...rest } = await readRuleset(name);
  const byName: Record<string, unknown> = { ...functions };
  for (const each of own) {
    const module: { default: unknown } = await import(`./functions/${each}.js`);
    byName[each] = module.default;
  }
  const withFunction = (call: unknown) =>
    isObject(call) ? { ...call, function: byName[String(call["function"])] } : call;
  const withFunctions = (rule: unknown) =>
    isObject(rule)
      ? mapValues(rule, (value, key) => (key === "then" ? [value].flat().map(withFunction) : value))
      : rule;
  const definition: Record<string, unknown> = {
    ...rest,
    extends: bases.map(([base, which]) => [known[base], which]),
    rules: mapValues(rules, withFunctions),
  };
  delete definition["functionsDir"];
  return new core.Ruleset(definition, { severity: "recommended", source: pathOf(name) });
}

function pathOf(name: RulesetName): string {
  return fileURLToPath(new URL(`${name}.yaml`, import.meta.url));
}

function mapValues(
  value: Readonly<Record<string, unknown>>,
  change: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item, key)]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
