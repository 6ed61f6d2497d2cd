import { cp, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";

/**
 * Keeps the tests of a package as they are at its release, in the place of those of the release
 * before. They are compiled from then on, never run: what no longer compiles would break those who
 * use the package as its tests do.
 *
 * @param tests the directory of the tests
 * @param released where they are kept
 * @returns the names of the files, but for those that need more than packages and each other
 */
export async function recordTests(tests: string, released: string): Promise<string[]> {
  const names = (await readdir(tests, { recursive: true })).filter((name) => name.endsWith(".ts"));
  const needs = new Map(
    await Promise.all(names.map(async (name) => [name, await needsOf(tests, name)] as const)),
  );
  const kept = names.filter((name) => reachable(name, needs).every((need) => needs.has(need)));
  await rm(released, { recursive: true, force: true });
  for (const name of kept) {
    await mkdir(dirname(join(released, name)), { recursive: true });
    await cp(join(tests, name), join(released, name));
  }
  return kept.toSorted();
}

/** The files that a file imports, named as from the directory of the tests. */
async function needsOf(tests: string, name: string): Promise<string[]> {
  const source = await readFile(join(tests, name), "utf8");
  return Array.from(source.matchAll(/\bfrom "(\.[^"]+)"|\bimport\("(\.[^"]+)"\)/g), (match) =>
    relative(tests, resolve(tests, dirname(name), match[1] ?? match[2] ?? "")),
  );
}

/** A file with all that it needs, and all that this needs. */
function reachable(name: string, needs: ReadonlyMap<string, readonly string[]>): string[] {
  const found = new Set([name]);
  for (const each of found) for (const need of needs.get(each) ?? []) found.add(need);
  return [...found];
}
