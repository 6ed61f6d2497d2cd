/**
 * Builds the reference site from the bundled contract: one page that asks no other host for
 * anything. With `--if-stale` it does nothing while everything that goes into the page is the same.
 */
import { parseArgs } from "node:util";
import { buildReferenceSite, isReferenceSiteFresh, referencePage } from "./lib/reference-site.ts";

const { values } = parseArgs({ options: { "if-stale": { type: "boolean", default: false } } });

if (!values["if-stale"] || !(await isReferenceSiteFresh())) {
  const bytes = await buildReferenceSite();
  console.log(`${referencePage} (${(bytes / 1_000_000).toFixed(1)} MB)`);
}
