/**
 * Writes into each package which repository it comes from, before it is published: npm compares
 * this with the provenance, and refuses where it differs or is not there. It is not kept in the
 * packages, so that a fork publishes as itself.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { withRepository } from "./lib/repository.ts";
import { fromRoot } from "./lib/root.ts";

for (const name of await readdir(fromRoot("packages"))) {
  const manifest = `packages/${name}/package.json`;
  const text = await readFile(fromRoot(manifest), "utf8");
  await writeFile(fromRoot(manifest), withRepository(text, manifest, process.env));
}
