import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { asRecord, asString, isRecord, type JsonRecord } from "./json.ts";
import { fromRoot } from "./root.ts";
import { runTool } from "./tool.ts";

/** One bundle for each released version of the contract, named after the version. */
const releasesDirectory = fromRoot("openapi/releases");

/** The bundle of the contract as it is now. */
export const currentBundle = fromRoot("packages/contract/src/openapi.json");

/** What a comparison with a release found. */
export interface Comparison {
  readonly released: string;
  readonly current: string;
  /** One line for each change that can break a client: the rule, and what changed. */
  readonly breaking: readonly string[];
  /** The lowest version that may carry these changes; the released one where none breaks. */
  readonly needed: string;
}

/** The path of the bundle that was released last. */
export async function lastRelease(directory: string = releasesDirectory): Promise<string> {
  const versions = (await readdir(directory))
    .filter((name) => name.endsWith(".json"))
    .map((name) => basename(name, ".json"));
  const last = versions.toSorted(compareVersions).at(-1);
  if (last === undefined) throw new Error(`${directory} holds no released bundle`);
  return join(directory, `${last}.json`);
}

/** Compares a bundle with a released one. */
export async function compareBundles(released: string, current: string): Promise<Comparison> {
  const report = await diffReport(released, current);
  const versions = asRecord(report["infoVersions"], "infoVersions");
  const base = asString(versions["base"], "the released version");
  const breaking = breakingChanges(report);
  return {
    released: base,
    current: asString(versions["revision"], "the current version"),
    breaking,
    needed: breaking.length === 0 ? base : nextBreaking(base),
  };
}

/** Whether the current version announces what changed. */
export function isAnnounced({ current, needed }: Comparison): boolean {
  return compareVersions(current, needed) >= 0;
}

/** What the contract would break without a word; nothing where it does not. */
export async function breakingProblems(bundle: string = currentBundle): Promise<string> {
  const comparison = await compareBundles(await lastRelease(), bundle);
  if (isAnnounced(comparison)) return "";
  const { released, current, needed, breaking } = comparison;
  return (
    `${current} breaks clients of ${released}:\n  ${breaking.join("\n  ")}\n` +
    `Undo it, or set info.version in openapi/openapi.yaml to ${needed} or higher.`
  );
}

/**
 * Records the bundle as released. It must have a version that no other bundle was released with.
 *
 * @returns the path of the record
 */
export async function recordRelease(
  current: string = currentBundle,
  directory: string = releasesDirectory,
): Promise<string> {
  const text = await readFile(current, "utf8");
  const info = asRecord(asRecord(JSON.parse(text), current)["info"], "info");
  const record = join(directory, `${asString(info["version"], "info.version")}.json`);
  const existing = await readFile(record, "utf8").catch(() => undefined);
  if (existing !== undefined && existing !== text) {
    throw new Error(`${record} is another contract of the same version: raise info.version`);
  }
  await cp(current, record);
  return record;
}

// Clients of a version below 1.0.0 are told about a breaking change by its middle number.
function nextBreaking(version: string): string {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major === 0 ? `0.${minor + 1}.0` : `${major + 1}.0.0`;
}

function compareVersions(left: string, right: string): number {
  const other = right.split(".").map(Number);
  const differences = left.split(".").map((part, at) => Number(part) - (other[at] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}

async function diffReport(released: string, current: string): Promise<JsonRecord> {
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-diff-"));
  try {
    const output = join(directory, "report.json");
    // It exits with 1 for a breaking change; whether that is one too many is decided here.
    const flags = ["--format=json", `--output=${output}`, "--fail-on=none"];
    const result = await runTool("redocly", ["diff", released, current, ...flags]);
    if (!result.ok) throw new Error(`redocly diff failed:\n${result.output}`);
    return asRecord(JSON.parse(await readFile(output, "utf8")), "the report");
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function breakingChanges(report: JsonRecord): string[] {
  const changes = report["changes"];
  if (!Array.isArray(changes)) throw new Error("the report lists no changes");
  return changes.filter(isRecord).flatMap(({ verdicts }) =>
    (Array.isArray(verdicts) ? verdicts : [])
      .filter(isRecord)
      .filter(({ impact }) => impact === "major")
      .map(({ ruleId, message }) => `${String(ruleId)}: ${String(message)}`),
  );
}
