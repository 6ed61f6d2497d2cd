import { buildReferenceSite, isReferenceSiteFresh } from "./reference-site.ts";
import { bundleServer } from "./server-bundle.ts";

/** Builds what the compiler does not: the bundle of the server, and the reference site. */
export async function buildAll(): Promise<void> {
  await Promise.all([bundleServer(), buildSite()]);
}

async function buildSite(): Promise<void> {
  if (!(await isReferenceSiteFresh())) await buildReferenceSite();
}
