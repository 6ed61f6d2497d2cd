import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { asRecord, asString, type JsonRecord } from "./json.ts";
import { fromRoot } from "./root.ts";

/** The guides in the order in which a newcomer needs them. */
export const guidePaths = [
  "docs/guides/concepts.md",
  "docs/guides/getting-started.md",
  "docs/guides/database-per-tenant.md",
  "docs/guides/authentication.md",
  "docs/guides/errors.md",
  "docs/guides/local-development.md",
  "docs/guides/testing.md",
  "docs/guides/self-hosting.md",
  "docs/limits.md",
  "docs/differences.md",
] as const;

/** A guide as it is written. */
export interface Guide {
  readonly path: string;
  readonly title: string;
  readonly text: string;
}

/** A fenced block of code. */
export interface CodeBlock {
  readonly language: string;
  readonly code: string;
}

/** Reads every guide. */
export async function readGuides(): Promise<Guide[]> {
  return await Promise.all(
    guidePaths.map(async (path) => {
      const text = await readFile(fromRoot(path), "utf8");
      const title = /^# (.+)$/m.exec(text)?.[1];
      if (title === undefined) throw new Error(`${path} has no title`);
      return { path, title, text };
    }),
  );
}

/** The code in a text, in its order. */
export function codeBlocks(text: string): CodeBlock[] {
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", code = ""]) => ({
    language,
    code,
  }));
}

/**
 * The guides as sections of the reference site: drawings become part of the page, links lead to
 * sections of the page, and what it has no place for (links to other files) becomes plain text.
 */
export async function guideSections(guides: readonly Guide[]): Promise<string> {
  const sections = await Promise.all(guides.map((guide) => section(guide, guides)));
  return sections.join("\n\n");
}

async function section({ path, text }: Guide, guides: readonly Guide[]): Promise<string> {
  const folder = dirname(path);
  // Every second piece is code.
  const pieces = text.split(/(^```\w+\n.*?^```$)/ms);
  const written = await Promise.all(
    pieces.map(async (piece, index) => {
      if (index % 2 === 1) return piece;
      const prose = withoutColumns(demoted(piece).replaceAll(/<!--.*?-->\n*/gs, ""));
      return linked(await withDrawings(prose, folder), folder, guides);
    }),
  );
  return written.join("");
}

/** Only titles are to be in the menu. */
function demoted(prose: string): string {
  return prose.replaceAll(/^##(#*) /gm, "###$1 ");
}

/** Columns that the page has no room for, or that name files: both are in the repository. */
const leftOut = /^(?:test|option of .*)$/;

function withoutColumns(prose: string): string {
  return prose.replaceAll(/(?:^\|.*\|\n?)+/gm, (table) => {
    const rows = table
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(2, -2).split(" | "));
    const isKept = (rows[0] ?? []).map((name) => !leftOut.test(name.trim()));
    if (!isKept.includes(false)) return table;
    const line = (row: readonly string[]) =>
      `| ${row.filter((_, column) => isKept[column]).join(" | ")} |\n`;
    return rows.map(line).join("");
  });
}

async function withDrawings(prose: string, folder: string): Promise<string> {
  const images = [...prose.matchAll(/!\[([^\]]*)\]\(([^)]+\.svg)\)/g)];
  let result = prose;
  for (const [whole, alternative = "", source = ""] of images) {
    const svg = await readFile(fromRoot(join(folder, source)), "utf8");
    result = result.replace(whole, `<figure>${inline(svg, alternative)}</figure>`);
  }
  return result;
}

/** A drawing as part of a page, whose style sheet replaces the drawing's own. */
function inline(svg: string, alternative: string): string {
  return svg
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/<title.*?<\/title>/s, "")
    .replace(/aria-labelledby="[^"]*"/, `aria-label="${alternative.replaceAll('"', "&quot;")}"`)
    .replaceAll(/\n\s*/g, "");
}

function linked(prose: string, folder: string, guides: readonly Guide[]): string {
  return prose.replaceAll(
    /(?<!!)\[([^\]]+)\]\(([^)]+)\)/g,
    (whole, text: string, target: string) => {
      if (/^https?:/.test(target)) return whole;
      const path = join(folder, target).replaceAll("\\", "/");
      const guide = guides.find((each) => each.path === path);
      return guide === undefined ? text : `[${text}](${sectionAddress(guide.title)})`;
    },
  );
}

/** How the site addresses a section. */
export function sectionAddress(title: string): string {
  return `#section/${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
}

const codesBegin =
  "<!-- codes: written by `pnpm run docs` from openapi/components/schemas/ErrorCode.yaml -->";
const codesEnd = "<!-- /codes -->";

/** The text of the guide on errors, with the contract's table of codes in its place. */
export function withErrorCodes(text: string, document: JsonRecord): string {
  const [before, rest] = text.split(codesBegin);
  const after = rest?.split(codesEnd)[1];
  if (before === undefined || after === undefined) throw new Error("the guide has no place for it");
  return `${before}${codesBegin}\n\n${errorCodeTable(document)}\n\n${codesEnd}${after}`;
}

function errorCodeTable(document: JsonRecord): string {
  const components = asRecord(document["components"], "components");
  const schemas = asRecord(components["schemas"], "schemas");
  const { description } = asRecord(schemas["ErrorCode"], "ErrorCode");
  const rows = asString(description, "description of ErrorCode")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .slice(1, -1)
        .split(" | ")
        .map((cell) => cell.trim()),
    );
  const table = [["code", "status", "meaning"], ...rows];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width)).join(" | ")} |`;
  const [head = [], ...body] = table;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}
