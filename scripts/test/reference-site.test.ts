import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operationTable } from "../../packages/contract/src/operations.ts";
import { referencePage } from "../lib/reference-site.ts";
import { findChromium, howToInstall, launchChromium } from "./support/chromium.ts";
import { hostPage, type PageHost } from "./support/page-host.ts";
import { openWatched, type WatchedPage } from "./support/watched-page.ts";

const operations = Object.values(operationTable).filter(({ document }) => document === "openapi");
const chromium = findChromium();

if (chromium === undefined && process.env["CI"] === undefined) {
  console.warn(`${howToInstall} They are skipped.`);
}

test.runIf(chromium === undefined && process.env["CI"] !== undefined)("has a browser", () => {
  expect.fail(howToInstall);
});

describe.skipIf(chromium === undefined)("the reference site", () => {
  let browser: Browser;
  let host: PageHost;
  let site: WatchedPage;

  beforeAll(async () => {
    const html = await readFile(referencePage, "utf8").catch(() => {
      throw new Error("The reference site is not built: run `pnpm docs`.");
    });
    host = await hostPage(html);
    browser = await launchChromium(chromium ?? "");
    site = await openWatched(browser, host.url);
  });

  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  test("is a page in standards mode that links to the contract", async () => {
    expect(await site.page.title()).toBe("Logical database API");
    expect(await site.page.evaluate("document.compatMode")).toBe("CSS1Compat");
    for (const [name, path] of [
      ["JSON", "/openapi.json"],
      ["YAML", "/openapi.yaml"],
    ] as const) {
      const link = site.page.getByRole("banner").getByRole("link", { name });
      expect(await link.getAttribute("href")).toBe(path);
    }
  });

  test.each(operations)("shows $operationId where its link leads", async (operation) => {
    const chapter = operation.tag.toLowerCase().replaceAll(" ", "-");
    await site.page.goto(`${host.url}#${chapter}/${operation.operationId}`);
    const heading = site.page.getByRole("heading", { name: operation.summary, exact: true });
    await heading.waitFor();
    await expect.poll(() => heading.boundingBox().then((box) => box?.y)).toBeLessThan(900);
    await site.page.getByRole("main").getByText(operation.path, { exact: true }).first().waitFor();
  });

  test.each(operations)("finds $operationId by its summary", async ({ summary, path }) => {
    await site.page.keyboard.press("Control+K");
    const dialog = site.page.getByRole("dialog");
    await dialog.getByRole("textbox").fill(summary);
    await dialog.getByText(path, { exact: true }).first().waitFor();
    await site.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  });

  test("leads from the search to an operation", async () => {
    await site.page.goto(host.url);
    await site.page.keyboard.press("Control+K");
    const dialog = site.page.getByRole("dialog");
    await dialog.getByRole("textbox").pressSequentially("rotate");
    await dialog.getByText("Invalidate all tokens of a database").first().click();
    await site.page.waitForURL(/invalidatedatabasetokens/i);
  });

  test("reports no error and asks no other host, in dark colours too", async () => {
    await site.page.emulateMedia({ colorScheme: "dark" });
    await site.page.reload();
    await site.page.getByRole("heading", { name: "From nothing to a query" }).waitFor();
    expect(site.problems).toEqual([]);
  });

  test("would be caught at either", async () => {
    const bad = await hostPage(
      "<script>console.error('broken')</script><img src='http://foreign.invalid/x.png'>",
    );
    const { page, problems } = await openWatched(browser, bad.url);
    await page.close();
    await bad.close();
    expect(problems).toContain("console error: broken");
    expect(problems).toContain("request: http://foreign.invalid/x.png");
  });
});
