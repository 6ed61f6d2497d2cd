import { readFile } from "node:fs/promises";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asRecord } from "../lib/json.ts";
import { operationRows } from "../lib/operation-table.ts";
import { fromRoot } from "../lib/root.ts";
import { hostPage } from "./support/page-host.ts";
import { isSiteSkipped, type Site, startSite } from "./support/site.ts";
import { openWatched, type WatchedPage } from "./support/watched-page.ts";

const bundle = await readFile(fromRoot("packages/contract/src/openapi.json"), "utf8");
const operations = operationRows("openapi", asRecord(JSON.parse(bundle), "the bundle"));
const firstOfEachChapter = operations.filter(
  ({ tag }, index) => operations.findIndex((other) => other.tag === tag) === index,
);

describe.skipIf(isSiteSkipped)("the reference site", { timeout: 30_000 }, () => {
  let host: Site;
  let site: WatchedPage;

  beforeAll(async () => {
    host = await startSite();
    site = await openWatched(host.browser, host.url);
  });

  afterAll(async () => {
    await host?.stop();
  });

  test("is a page in standards mode that links to the contract", async () => {
    expect(await site.page.title()).toBe("Logical database API");
    expect(await site.page.evaluate("document.compatMode")).toBe("CSS1Compat");
    for (const [name, path] of [
      ["JSON", "openapi.json"],
      ["YAML", "openapi.yaml"],
    ] as const) {
      const link = site.page.getByRole("banner").getByRole("link", { name });
      expect(await link.getAttribute("href")).toBe(path);
    }
  });

  test.each(operations)("shows $operationId where its link leads", async (operation) => {
    await site.page.goto(`${host.url}#${chapterOf(operation)}/${operation.operationId}`);
    const heading = site.page.locator("main h2").getByText(operation.summary, { exact: true });
    await heading.waitFor();
    await expect.poll(() => isOnScreen(heading)).toBe(true);
    await site.page.locator("main").getByText(operation.path, { exact: true }).first().waitFor();
  });

  test("finds operations of every chapter, one by each of its names, and leads to it", async () => {
    await site.page.keyboard.press("Control+K");
    const dialog = site.page.getByTestId("search-dialog");
    const find = async (operation: (typeof firstOfEachChapter)[number], text = "") => {
      await dialog.getByRole("textbox").fill(text);
      const address = `#/${chapterOf(operation)}/${operation.operationId.toLowerCase()}`;
      await dialog.locator(`a[href="${address}"]`).waitFor();
    };
    for (const operation of firstOfEachChapter) await find(operation, operation.summary);
    for (const operation of firstOfEachChapter.slice(0, 1)) {
      await find(operation, operation.operationId);
      await find(operation, operation.resource);
    }
    await dialog.getByRole("textbox").fill("");
    await dialog.getByRole("textbox").pressSequentially("rotate");
    await dialog.getByText("Invalidate all tokens of a database", { exact: true }).click();
    await site.page.waitForURL(/#\/database-tokens\/invalidatedatabasetokens$/);
  });

  test("is named in the tab by what it shows", async () => {
    await site.page.goto(`${host.url}#databases/createDatabase`);
    const title = async () => await site.page.title();
    await expect.poll(title).toBe("Create a database – Logical database API");
    await site.page.goto(`${host.url}#/instances`);
    await expect.poll(title).toBe("Instances – Logical database API");
    await site.page.goto(`${host.url}#/`);
    await expect.poll(title).toBe("Logical database API");
  });

  test("does not tell how long names in a path may be, but tells it of others", async () => {
    await site.page.goto(`${host.url}#databases/createDatabase`);
    const operation = site.page.locator('main [data-section-id="/databases/createdatabase"]');
    const text = async () => (await operation.innerText()).replaceAll(/\s+/g, " ");
    await expect.poll(text).toContain("org_slug string required");
    expect(await text()).toContain("name string, [ 1 .. 64 ] characters");
  });

  // In dark colours, the test of the guides sees to it.
  test("reports no error and asks no other host", () => {
    expect(site.problems).toEqual([]);
  });

  test("would be caught at either", async () => {
    const bad = await hostPage(
      "<script>console.error('broken')</script><img src='http://foreign.invalid/x.png'>",
    );
    const { page, problems } = await openWatched(host.browser, bad.url);
    await page.close();
    await bad.close();
    expect(problems).toContain("console error: broken");
    expect(problems).toContain("request: http://foreign.invalid/x.png");
  });
});

/** How the site's addresses name the chapter of an operation. */
function chapterOf({ tag }: { readonly tag: string }): string {
  return tag.toLowerCase().replaceAll(" ", "-");
}

async function isOnScreen(locator: Locator): Promise<boolean> {
  const box = await locator.boundingBox();
  return box !== null && box.y > 0 && box.y < 900;
}
