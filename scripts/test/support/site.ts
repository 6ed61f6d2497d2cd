import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { referencePage } from "../../lib/reference-site.ts";
import { findChromium, howToInstall, launchChromium } from "./chromium.ts";
import { hostPage } from "./page-host.ts";

/** The reference site, served, with a browser to look at it. */
export interface Site {
  readonly url: string;
  readonly html: string;
  readonly browser: Browser;
  stop(): Promise<void>;
}

const hasBrowser = findChromium() !== undefined;

/** Whether the tests of the site are to be left out: in CI they never are. */
export const isSiteSkipped = !hasBrowser && process.env["CI"] === undefined;

if (isSiteSkipped) console.warn(`${howToInstall} They are skipped.`);

/** Serves the page that `pnpm run docs` has built, and starts the browser. */
export async function startSite(): Promise<Site> {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error(howToInstall);
  const html = await readFile(referencePage, "utf8").catch(() => {
    throw new Error("The reference site is not built: run `pnpm run docs`.");
  });
  const host = await hostPage(html);
  const browser = await launchChromium(chromium);
  const stop = async () => {
    await browser.close();
    await host.close();
  };
  return { url: host.url, html, browser, stop };
}
