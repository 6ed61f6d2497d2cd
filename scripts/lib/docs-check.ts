import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { posix } from "node:path";
import { promisify } from "node:util";
import { currentBundle } from "./breaking.ts";
import { asRecord, asString, isRecord } from "./json.ts";
import { anchorsOf, linksOf, namesOf, type Named } from "./markdown.ts";
import { operationRows } from "./operation-table.ts";
import { fromRoot } from "./root.ts";

/** A project as far as its documentation names parts of it. */
export interface Project {
  /** Every file, by its path from the root. */
  readonly files: ReadonlySet<string>;
  /** Folders that are made and not kept: what `.gitignore` lists. */
  readonly made: readonly string[];
  /** Name of the package manager with its version, and the scripts of the root package. */
  readonly packageManager: string;
  readonly scripts: ReadonlySet<string>;
}

// What pnpm itself does, so that no script needs to.
const ownCommands = new Set(["add", "exec", "install", "remove"]);
// ... and so that a script of this name needs `run`.
const shadowed = new Set(["audit", "deploy", "docs", "link", "list", "pack", "publish", "update"]);

/** What the documentation names and is not there, a line for each; nothing where all is. */
export async function docsProblems(): Promise<string> {
  const project = await readProject();
  const documents = [...project.files].filter(isDocumentation);
  const texts = await Promise.all(
    documents.map(async (file) => [file, await readFile(fromRoot(file), "utf8")] as const),
  );
  const bundle = await readFile(currentBundle, "utf8");
  return [...findProblems(new Map(texts), project), ...deadContractLinks(bundle)].join("\n");
}

/** Links of the contract's descriptions that lead to no operation and no schema. */
export function deadContractLinks(bundle: string): string[] {
  const document = asRecord(JSON.parse(bundle), "the bundle");
  const components = asRecord(document["components"], "components");
  const places = new Set([
    ...operationRows("openapi", document).map(
      ({ tag, operationId }) => `${tag.toLowerCase().replaceAll(" ", "-")}/${operationId}`,
    ),
    ...Object.keys(asRecord(components["schemas"], "schemas")).map((name) => `schemas/${name}`),
  ]);
  return Array.from(bundle.matchAll(/\]\(#([^)/]+\/[^)]+)\)/g), ([, place = ""]) => place)
    .filter((place) => !places.has(place))
    .map((place) => `openapi/: the link #${place} leads to no operation and no schema`);
}

/** What these documents name and the project does not have. */
export function findProblems(documents: ReadonlyMap<string, string>, project: Project): string[] {
  const anchors = new Map(
    Array.from(documents, ([file, text]) => [file, anchorsOf(text)] as const),
  );
  return Array.from(documents, ([file, text]) =>
    [
      ...linksOf(text).map((link) => ({
        ...link,
        problem: linkProblem(file, link.name, project, anchors),
      })),
      ...namesOf(text).map((named) => ({ ...named, problem: nameProblem(file, named, project) })),
    ].flatMap(({ line, problem }) => (problem === "" ? [] : [`${file}:${line}: ${problem}`])),
  ).flat();
}

function linkProblem(
  file: string,
  target: string,
  { files }: Project,
  anchors: ReadonlyMap<string, ReadonlySet<string>>,
): string {
  // Links to other hosts are not followed: what they say today is no fault of this project.
  if (/^[a-z]+:/.test(target)) return "";
  const [path = "", anchor] = target.split("#");
  // The reference site is one page: an anchor with a slash is a place in it.
  if (path === "" && anchor?.includes("/")) return "";
  const linked = path === "" ? file : posix.join(posix.dirname(file), decodeURI(path));
  if (!exists(linked, files)) return `the link leads to ${linked}, which does not exist`;
  if (anchor === undefined || anchors.get(linked)?.has(anchor) !== false) return "";
  return `${linked} has no heading #${anchor}`;
}

function nameProblem(file: string, { name, kind }: Named, project: Project): string {
  if (kind === "command") return commandProblem(name, project);
  if (project.made.some((folder) => `/${name}/`.includes(`/${folder}/`))) return "";
  const here = posix.join(posix.dirname(file), name);
  const found = [name, here].some((path) => exists(path, project.files));
  return found || isSuffix(name, project.files) ? "" : `there is no ${name}`;
}

/** What is wrong with a command such as `pnpm check`; nothing where it can be run. */
export function commandProblem(
  command: string,
  { scripts, packageManager }: Pick<Project, "scripts" | "packageManager">,
): string {
  const [manager = "", ...words] = command.split(" ");
  const script = words.at(-1) ?? "";
  if (manager !== "pnpm" && manager !== packageManager) {
    return `${manager} is not ${packageManager}, which package.json names`;
  }
  if (words.length === 1 && shadowed.has(script)) {
    return `pnpm does not take "${command}" for the script: write "${manager} run ${script}"`;
  }
  if (script === "" || scripts.has(script) || ownCommands.has(script)) return "";
  return `there is no script "${script}" for "${command}"`;
}

function exists(path: string, files: ReadonlySet<string>): boolean {
  const wanted = posix.normalize(path).replace(/\/$/, "");
  if (wanted === ".") return true;
  const pattern = new RegExp(`^${patternOf(wanted)}(/|$)`);
  return files.has(wanted) || [...files].some((file) => pattern.test(file));
}

/** A file of a package may be named from inside it: `operations/index.ts`. */
function isSuffix(path: string, files: ReadonlySet<string>): boolean {
  const pattern = new RegExp(`/${patternOf(path)}$`);
  return [...files].some((file) => pattern.test(file));
}

/** Stars and placeholders in angle brackets stand for anything. */
function patternOf(path: string): string {
  return path
    .split(/\*+|<[^>]*>/)
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join(".*");
}

function isDocumentation(file: string): boolean {
  return file.endsWith(".md") && !file.startsWith(".changeset/") && !file.endsWith("CHANGELOG.md");
}

/** Reads what the documentation may name. */
export async function readProject(): Promise<Project> {
  const listed = ["ls-files", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await promisify(execFile)("git", listed, { cwd: fromRoot("") });
  const manifest = asRecord(
    JSON.parse(await readFile(fromRoot("package.json"), "utf8")),
    "package.json",
  );
  const scripts = manifest["scripts"];
  const ignored = await readFile(fromRoot(".gitignore"), "utf8");
  return {
    files: new Set(stdout.split("\n").filter((file) => file !== "")),
    packageManager: asString(manifest["packageManager"], "packageManager").replace(/\+.*/, ""),
    made: ignored.split("\n").flatMap((line) => /^([^#*]+)\/$/.exec(line)?.[1] ?? []),
    scripts: new Set(isRecord(scripts) ? Object.keys(scripts) : []),
  };
}
