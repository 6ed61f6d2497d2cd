import { readFile } from "node:fs/promises";
import { readProject } from "../../lib/docs-check.ts";
import { fromRoot } from "../../lib/root.ts";

/** The parts of the server that answer requests to databases. */
const source = /^packages\/server\/src\/(?:gateway|engine|engine-process|hrana|sql)\/.+\.ts$/;
const code = String.raw`[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+`;
/** A code as a text, or one of SQLite's as the name of a number. */
const written = new RegExp(`"(${code})"|^ +(SQLITE_\\w+): \\d`, "gm");
/** Codes of Node's errors, and variables of the environment. */
const foreign = /^(?:ERR|HPE|LOGICALDB|NODE)_/;
/** Others take their place before a database answers, or nobody is told. */
const inner = new Set(["CLIENT_LEFT", "SERVER_STOPPED", "SQLITE_BUSY_SNAPSHOT", "SQLITE_ERROR"]);

/** The codes that databases may answer, as the source of the server has them. */
export async function databaseCodes(): Promise<ReadonlySet<string>> {
  const { files } = await readProject();
  const sources = await Promise.all(
    [...files].filter((file) => source.test(file)).map((file) => readFile(fromRoot(file), "utf8")),
  );
  const found = sources.flatMap((text) =>
    Array.from(text.matchAll(written), ([, quoted, name]) => quoted ?? name ?? ""),
  );
  return new Set(found.filter((name) => !foreign.test(name) && !inner.has(name)));
}

/** The codes in the first column of tables. */
export function documentedCodes(markdown: string): string[] {
  const cells = Array.from(markdown.matchAll(/^\| (`[A-Z][^|]*)\|/gm), ([, cell = ""]) => cell);
  return cells.flatMap((cell) => Array.from(cell.matchAll(/`(\w+)`/g), ([, name = ""]) => name));
}
