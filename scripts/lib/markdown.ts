/** Something that a document names, and the line it stands in. */
export interface Mention {
  readonly name: string;
  readonly line: number;
}

/** A path of the project, or a command of its package manager such as `pnpm check`. */
export interface Named extends Mention {
  readonly kind: "path" | "command";
}

/** The folders in which the project is kept: what begins with one of them is a path. */
const folders = /^(openapi|packages|examples|scripts|docs|\.github|\.changeset|\.ci)(\/|$)/;
const fileName = /^[\w./<>*{}-]+\/[\w.<>*{}-]+\.(ts|js|ya?ml|json|md|svg|hbs)$/;
/** Commands of the package manager. */
export const command = /(?<![\w/@])(pnpm(?:@[\d.]+)?(?: run)?(?: [a-z][\w:-]*)?)(?![\w.@/])/g;

/** Targets of all links and images, outside of code. */
export function linksOf(markdown: string): Mention[] {
  return linesOf(markdown).flatMap(({ text, line, fence }) =>
    fence === undefined
      ? Array.from(
          text.replaceAll(/`[^`]*`/g, "").matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g),
          (match) => ({
            name: match[1] ?? "",
            line,
          }),
        )
      : [],
  );
}

/** Paths and commands in code, be it in a line or in a block of shell. */
export function namesOf(markdown: string): Named[] {
  return linesOf(markdown).flatMap(({ text, line, fence }) => {
    if (fence !== undefined && fence !== "sh") return [];
    // An example of what not to write.
    if (text.startsWith("Bad: ")) return [];
    return codeIn(text, fence).flatMap((code) => [
      ...Array.from(code.matchAll(command), ([name]): Named => ({ name, line, kind: "command" })),
      ...pathsIn(code, fence === "sh").map((name): Named => ({ name, line, kind: "path" })),
    ]);
  });
}

/** What a pattern finds in code, be it in a line or in a block of shell. */
export function mentionsOf(markdown: string, pattern: RegExp): Mention[] {
  return linesOf(markdown).flatMap(({ text, line, fence }) => {
    if ((fence !== undefined && fence !== "sh") || text.startsWith("Bad: ")) return [];
    return codeIn(text, fence).flatMap((code) =>
      Array.from(code.matchAll(pattern), ([name]) => ({ name, line })),
    );
  });
}

/** The anchors that a renderer gives the headings of a document. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  return new Set(
    linesOf(markdown).flatMap(({ text, fence }) => {
      const heading = fence === undefined ? /^#{1,6} (.+)$/.exec(text)?.[1] : undefined;
      return heading === undefined ? [] : [slugOf(heading)];
    }),
  );
}

function codeIn(text: string, fence: string | undefined): string[] {
  return fence === "sh" ? [text] : Array.from(text.matchAll(/`([^`]+)`/g), ([, code = ""]) => code);
}

function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function pathsIn(code: string, isShell: boolean): string[] {
  // A placeholder may hold spaces: `paths/<the URL>.yaml` is one path.
  const words = isShell || !/<[^>]* [^>]*>/.test(code) ? code.split(/\s+/) : [code];
  return words
    .map((word) => word.replaceAll(/^["'(]+|["'),.:;]+$/g, ""))
    .filter((word) => !word.includes("…") && (folders.test(word) || fileName.test(word)))
    .filter((word) => word.includes("/") && !word.startsWith("/"));
}

interface Line {
  readonly text: string;
  readonly line: number;
  /** The language of the block of code that the line is in. */
  readonly fence: string | undefined;
}

function linesOf(markdown: string): Line[] {
  let fence: string | undefined;
  return markdown.split("\n").flatMap((text, at) => {
    const mark = /^\s*```(\w*)/.exec(text);
    if (mark === null) return [{ text, line: at + 1, fence }];
    fence = fence === undefined ? (mark[1] ?? "") : undefined;
    return [];
  });
}
