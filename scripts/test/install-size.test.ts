import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fromRoot } from "../lib/root.ts";

/** Elsewhere `node_modules` may still hold what was needed once. */
const isFresh = process.env["CI"] !== undefined;

test.runIf(isFresh)("what a newcomer installs is less than 300 MB", async () => {
  const packages = await readdir(fromRoot("node_modules/.pnpm"), { withFileTypes: true });
  const directories = packages.filter((entry) => entry.isDirectory());
  const sizes = await Promise.all(
    directories.map(({ parentPath, name }) => sizeOf(join(parentPath, name))),
  );
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(300e6);
});

/** The bytes of all files below; links lead to what is counted elsewhere. */
async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
