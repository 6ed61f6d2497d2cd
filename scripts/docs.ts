/**
 * Builds the reference site from the bundled contract and the guides: one page that asks no other
 * host for anything. It also brings the table of error codes in its guide up to date.
 */
import { readFile, writeFile } from "node:fs/promises";
import { withErrorCodes } from "./lib/guides.ts";
import { asRecord } from "./lib/json.ts";
import { buildReferenceSite, referencePage } from "./lib/reference-site.ts";
import { fromRoot } from "./lib/root.ts";

await updateErrorCodes();
const bytes = await buildReferenceSite();
console.log(`${referencePage} (${(bytes / 1_000_000).toFixed(1)} MB)`);

async function updateErrorCodes(): Promise<void> {
  const guide = fromRoot("docs/guides/errors.md");
  const bundle = await readFile(fromRoot("packages/contract/src/openapi.json"), "utf8");
  const text = await readFile(guide, "utf8");
  const updated = withErrorCodes(text, asRecord(JSON.parse(bundle), "the bundle"));
  if (updated !== text) await writeFile(guide, updated);
}
