import { mentionsOf } from "../../lib/markdown.ts";

/** What people can set and call, as the command and the contract have it. */
export interface Interface {
  /** Flags of the command, with their dashes. */
  readonly flags: ReadonlySet<string>;
  /** Environment variables of the server and of its clients. */
  readonly variables: ReadonlySet<string>;
  /** Paths of the Platform API, with their parameters in braces. */
  readonly paths: readonly string[];
}

/** A flag at the beginning of a piece of code, or after the command that takes it. */
const flag = /(?<=^|\b(?:start|logicaldb) (?:.* )?)--[a-z][a-z-]*[a-z](?![\w-])/g;
const variable = /\bLOGICALDB_[A-Z_]*[A-Z]\b/g;
const path = /(?<=^|[^\w.~/]|LOGICALDB_URL)\/(?:v1|_local)\/[\w{}./-]*/g;

/** Flags, variables and paths that documents name and that are not there, a line for each. */
export function interfaceProblems(
  documents: ReadonlyMap<string, string>,
  { flags, variables, paths }: Interface,
): string[] {
  const patterns = paths.map(patternOf);
  return Array.from(documents, ([file, text]) => {
    const problems = (pattern: RegExp, what: string, isKnown: (name: string) => boolean) =>
      mentionsOf(text, pattern)
        .filter(({ name }) => !isKnown(name))
        .map(({ name, line }) => `${file}:${line}: there is no ${what} ${name}`);
    return [
      ...problems(flag, "flag", (name) => flags.has(name)),
      ...problems(variable, "variable", (name) => variables.has(name)),
      ...problems(path, "path", (name) => patterns.some((pattern) => pattern.test(name))),
    ];
  }).flat();
}

/** A path, or its beginning, to which a script adds the rest. */
function patternOf(template: string): RegExp {
  const segments = template
    .split("/")
    .slice(1)
    .map((segment) => (/^\{\w+\}$/.test(segment) ? String.raw`[\w{}.-]+` : segment));
  const beginnings = segments.map((_, at) => `/${segments.slice(0, at + 1).join("/")}/?`);
  return new RegExp(`^(?:${beginnings.join("|")})$`);
}
