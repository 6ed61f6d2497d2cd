import type { Browser, Page } from "playwright-core";

/** An open page, and everything it did that a self-contained page must not do. */
export interface WatchedPage {
  readonly page: Page;
  readonly problems: readonly string[];
}

/** Opens a page and records each console error, exception and request to another host. */
export async function openWatched(browser: Browser, url: string): Promise<WatchedPage> {
  const problems: string[] = [];
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console error: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`exception: ${error.message}`));
  page.on("request", (request) => {
    const target = new URL(request.url());
    const inline = target.protocol === "data:" || target.protocol === "blob:";
    if (!inline && target.origin !== new URL(url).origin) problems.push(`request: ${target.href}`);
  });
  await page.goto(url);
  return { page, problems };
}
