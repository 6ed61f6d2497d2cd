import { join, relative } from "node:path";
import core from "@stoplight/spectral-core";
import parsers from "@stoplight/spectral-parsers";
import refResolver from "@stoplight/spectral-ref-resolver";
import { loadRuleset } from "../../openapi/rules/load.ts";
import { type Assembled, ContractTree } from "./contract-tree.ts";
import { fromRoot } from "./root.ts";

/** Something that a rule found, at its place in the source. */
export type Finding = core.ISpectralDiagnostic;

// The references of the layout document are what its rules are about.
const followNothing = new refResolver.Resolver({
  dereferenceInline: false,
  dereferenceRemote: false,
});

/** Lints the contract's source: each root document as a whole, and how all is split into files. */
export async function lintContract(directory: string = fromRoot("openapi")): Promise<Finding[]> {
  const [tree, ruleset, layout] = await Promise.all([
    ContractTree.read(directory),
    loadRuleset("ruleset"),
    loadRuleset("layout"),
  ]);
  const whole = new core.Spectral();
  whole.setRuleset(ruleset);
  const split = new core.Spectral({ resolver: followNothing });
  split.setRuleset(layout);
  const findings = [
    await run(split, tree.source, directory),
    await run(whole, tree.assemble("openapi.yaml"), directory),
    await run(whole, tree.assemble("local.yaml"), directory),
  ].flat();
  // What both documents share is found twice.
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

/** The findings as text: for GitHub, annotations of the files; else for people. */
export function formatFindings(
  findings: readonly Pick<Finding, "source" | "range" | "code" | "message">[],
  forGitHub: boolean = process.env["GITHUB_ACTIONS"] !== undefined,
): string {
  return findings
    .map(({ source = "", range, code, message }) => {
      const [line, column] = [range.start.line + 1, range.start.character + 1];
      return forGitHub
        ? `::error title=${property(String(code))},file=${property(source)},line=${line},col=${column}::${data(message)}`
        : `${source}:${line}:${column}  ${code}  ${message}`;
    })
    .join("\n");
}

/** Text as GitHub's commands take it: each is one line. */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** Colons and commas end a property. */
function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

async function run(
  spectral: core.Spectral,
  { document, placeOf }: Assembled,
  directory: string,
): Promise<Finding[]> {
  const source = join(directory, "openapi.yaml");
  const parsed = new core.Document(JSON.stringify(document), parsers.Json, source);
  const results = await spectral.run(parsed, { ignoreUnknownFormat: true });
  return results.map((result) => {
    const { file, ...position } = placeOf(result.path.map((key) => key));
    const path = relative(fromRoot(""), join(directory, file)).replaceAll("\\", "/");
    return { ...result, source: path, range: { start: position, end: position } };
  });
}
