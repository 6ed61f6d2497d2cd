import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Says where a directory first differs from the files that belong in it, or nothing. */
export async function firstDifference(
  directory: string,
  expected: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  for (const [name, text] of expected) {
    const actual = await readFile(join(directory, name), "utf8").catch(() => undefined);
    if (actual === undefined) return `${name} is missing`;
    if (actual !== text) return `${name} differs at line ${firstDifferentLine(actual, text)}`;
  }
  const present = await readdir(directory);
  const foreign = present.find((name) => !expected.has(name));
  return foreign === undefined ? undefined : `${foreign} is not a generated file`;
}

function firstDifferentLine(actual: string, expected: string): number {
  const lines = expected.split("\n");
  const actualLines = actual.split("\n");
  const index = lines.findIndex((line, at) => line !== actualLines[at]);
  return (index === -1 ? lines.length : index) + 1;
}
