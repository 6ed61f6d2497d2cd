import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeBlocks, readGuides, sectionAddress } from "../lib/guides.ts";
import { referencePage } from "../lib/reference-site.ts";
import { poorContrasts, skippedHeadings } from "./support/accessibility.ts";
import { isSiteSkipped, type Site, startSite } from "./support/site.ts";
import { openWatched, type WatchedPage } from "./support/watched-page.ts";

const guides = await readGuides();
const samples = guides
  .flatMap(({ text }) => codeBlocks(text))
  .filter(({ language }) => language !== "text");

const firstContent = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0";
const testing = "#/section/testing";
/** What people read: text and code of the chapters, the menu and the bar at the top. */
const readable = [
  ...["p", "li", "td", "th", "a", "code", "pre", "h1", "h2 span", "h3 span"].map(
    (tag) => `main ${tag}`,
  ),
  "header a",
  "header span",
  '[data-component-name="Menu/Menu"] span',
  "button.copy",
  "[data-testid=search-trigger] *",
].join(", ");

describe.skipIf(isSiteSkipped)("the guides on the reference site", { timeout: 30_000 }, () => {
  let site: Site;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    site = await startSite();
    watched = await openWatched(site.browser, site.url);
    ({ page } = watched);
    page.setDefaultTimeout(10_000);
    // The buttons come last.
    await page.locator("main button.copy").first().waitFor();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  });
  afterAll(async () => {
    await site?.stop();
  });

  /** Loads the page anew, as a reader does who follows a link to it. */
  async function loadDark(address: string): Promise<void> {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.goto("about:blank");
    await page.goto(site.url + address);
    await page.locator("html.dark").waitFor();
    // The buttons come last.
    await page.locator("main button.copy").first().waitFor();
  }

  test("come before the operations in the menu, in the order people need them", async () => {
    const titles = await menu().locator("a[href^='#/section/']").allInnerTexts();
    const chapters = titles.filter((title) => guides.some((guide) => guide.title === title));
    expect(chapters).toEqual(guides.map(({ title }) => title));
    const text = await menu().innerText();
    const order = ["Testing", "Differences from Turso", "Reference", "Databases", "Schemas"];
    const places = order.map((title) => text.indexOf(title));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(places).not.toContain(-1);
  });

  test.each(guides)("$title is where its link leads", async ({ title }) => {
    await page.goto(site.url + sectionAddress(title));
    const heading = page.locator("main h2").getByText(title, { exact: true });
    await expect.poll(() => isOnScreen(heading)).toBe(true);
  });

  test("every sample has a button that copies it", async () => {
    const buttons = page.locator("main button.copy");
    await expect.poll(() => buttons.count()).toBe(samples.length);
    await buttons.nth(1).click();
    await expect.poll(() => buttons.nth(1).innerText()).toBe("Copied");
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(samples[1]?.code);
  });

  test("a sample is selected where the browser does not let the page copy", async () => {
    const without = "{ value: undefined, configurable: true }";
    await page.evaluate(`void Object.defineProperty(navigator, "clipboard", ${without})`);
    const button = page.locator("main button.copy").first();
    await button.click();
    await expect.poll(() => button.innerText()).toBe("Selected");
    expect(await page.evaluate<string>("getSelection().toString().trim()")).toBe(
      samples[0]?.code.trim(),
    );
    await page.evaluate("delete navigator.clipboard");
  });

  test("samples have colours, and are the same text as before", async () => {
    const coloured = async (kind: string) =>
      await page.evaluate<string[]>(`[...(CSS.highlights.get("${kind}") ?? [])].map(String)`);
    await expect.poll(async () => (await coloured("text")).includes('"@libsql/client"')).toBe(true);
    expect(await coloured("keyword")).toEqual(expect.arrayContaining(["import", "await", "curl"]));
    expect(await coloured("comment")).toContain("// changes nothing");
    expect(await page.locator("main pre[data-language=ts]").first().innerText()).toBe(
      samples.find(({ language }) => language === "ts")?.code,
    );
  });

  test("what scrolls can be reached from the keyboard, and what does not is left out", async () => {
    const boxes = `[...document.querySelectorAll("main pre[data-language], main figure")]`;
    const count = async (which: string) =>
      await page.evaluate<number>(`${boxes}.filter((box) => ${which}).length`);
    const scrolls = "box.scrollWidth > box.clientWidth";
    expect(await count(scrolls)).toBeGreaterThan(0);
    expect(await count(`(${scrolls}) !== (box.tabIndex === 0)`)).toBe(0);
  });

  test("headings are in order", async () => {
    expect(await skippedHeadings(page)).toEqual([]);
  });

  test("search and menu can be used from the keyboard", async () => {
    const dialog = page.getByTestId("search-dialog");
    await page.getByTestId("search-trigger").focus();
    await page.keyboard.press("Enter");
    await dialog.getByRole("textbox").waitFor();
    await dialog.getByRole("textbox").pressSequentially("leaks");
    await dialog.getByText("When a token leaks").first().waitFor();
    await dialog.getByText("Authentication", { exact: true }).waitFor();
    // The heading, and then the text in which it is found.
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    const heading = page.locator("main h3").getByText("When a token leaks", { exact: true });
    await expect.poll(() => isOnScreen(heading)).toBe(true);
    // An address that leads there again.
    await page.waitForURL("**/#/section/authentication/when-a-token-leaks");
    await page.locator("header a").last().focus();
    const isTesting = async () => (await page.locator(":focus").getAttribute("href")) === testing;
    for (let presses = 0; presses < 30 && !(await isTesting()); presses += 1) {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/${testing}`);
  });

  test("the search finds a heading by its words and those of its guide", async () => {
    const dialog = page.getByTestId("search-dialog");
    await page.getByTestId("search-trigger").click();
    await dialog.getByRole("textbox").pressSequentially("demand testing");
    await expect
      .poll(() => dialog.locator(".headings a").allInnerTexts())
      .toEqual(["Errors on demand Testing"]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    await page.waitForURL("**#/section/testing/errors-on-demand");
    const heading = page.locator("main h3").getByText("Errors on demand", { exact: true });
    await expect.poll(() => isOnScreen(heading)).toBe(true);
  });

  test("an operation has samples for curl, TypeScript and the Turso CLI, with a button", async () => {
    await page.goto(`${site.url}#databases/createDatabase`);
    const panel = page.getByTestId("right-panel").filter({ hasText: "-d '{" }).first();
    await panel.getByTestId("copy-button").first().waitFor({ state: "attached" });
    // Chapters above may still be taking their places, and move the panel under the mouse.
    await panel.getByText("curl", { exact: true }).first().dispatchEvent("click");
    await page.getByText("Turso CLI", { exact: true }).first().waitFor();
    await page.getByText("TypeScript", { exact: true }).first().dispatchEvent("click");
    await page.getByTestId("right-panel").getByText("createPlatform").first().waitFor();
    const sample = '[data-testid="right-panel"] code[data-language="ts"]';
    expect(await poorContrasts(page, `${sample} span`)).toEqual([]);
    const scrolls = `[...document.querySelectorAll('${sample}')].some(
      (code) => code.parentElement.scrollWidth > code.parentElement.clientWidth)`;
    expect(await page.evaluate(scrolls)).toBe(false);
  });

  test.each([
    ["light", "#section/concepts", "rgb(28, 31, 35)"],
    ["dark", "#section/concepts", "rgb(242, 244, 246)"],
  ] as const)("%s: drawings are whole, text stands out from the page", async (colours, at, ink) => {
    // The page that is open is light.
    if (colours === "dark") await loadDark(at);
    const drawings = page.locator("main figure svg");
    expect(await drawings.count()).toBe(2);
    await expect.poll(() => drawings.first().getAttribute("viewBox")).toBe("0 0 640 360");
    const fill = "getComputedStyle(document.querySelector('main figure svg .name')).fill";
    expect(await page.evaluate(fill)).toBe(ink);
    expect(await poorContrasts(page, readable)).toEqual([]);
  });

  test("bad contrast and headings out of order would be caught", async () => {
    const other = await site.browser.newPage();
    await other.setContent("<h1>a</h1><h3>b</h3><p style='color:#999;background:#fff'>c</p>");
    const found = await poorContrasts(other, "p");
    expect(found).toEqual([{ text: "c", ratio: expect.closeTo(2.85, 1) }]);
    expect(await skippedHeadings(other)).toEqual(['h3 "b" after h1 "a"']);
    await other.close();
  });

  test("nothing is wider than the window, on a phone, a laptop or a wide screen", async () => {
    for (const width of [390, 1280, 1920]) {
      await page.setViewportSize({ width, height: 844 });
      await expect
        .poll(() => page.evaluate("document.documentElement.scrollWidth"))
        .toBeLessThanOrEqual(width);
    }
  });

  test("on a phone, cells of wide tables say of which column they are", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const cells = `[...document.querySelectorAll("main td")]`;
    const cell = `${cells}.find((it) => it.innerText === "The request carries no token.")`;
    const label = async () =>
      await page.evaluate<string>(`getComputedStyle(${cell}, "::before").content`);
    expect(await label()).toBe('"meaning: "');
    await page.setViewportSize({ width: 1280, height: 844 });
    expect(await label()).toBe("none");
  });

  test("is there to be read from the file alone, before any script runs", async ({ annotate }) => {
    const file = pathToFileURL(referencePage).href;
    const bare = await site.browser.newContext({ javaScriptEnabled: false });
    const still = await bare.newPage();
    await still.goto(file);
    await still.locator("main h1").getByText("Logical database API").waitFor();
    await still.locator("main h2").getByText("Concepts").waitFor();
    await still.getByText("Getting started", { exact: true }).first().waitFor();
    expect(await still.locator("main figure svg").first().isVisible()).toBe(true);
    await still.locator("noscript p").waitFor();
    await bare.close();

    const opened = await openWatched(site.browser, file);
    await expect.poll(() => opened.page.evaluate(firstContent)).toBeGreaterThan(0);
    const milliseconds = await opened.page.evaluate<number>(firstContent);
    const scripts = "performance.getEntriesByType('navigation')[0].domContentLoadedEventStart";
    const scripted = await opened.page.evaluate<number>(scripts);
    // How long it takes is the machine's; that no script holds it up is the page's.
    await annotate(
      `first content after ${milliseconds} ms, scripts after ${scripted.toFixed()} ms`,
    );
    expect(opened.problems).toEqual([]);
    await opened.page.close();
  });

  test("is one page of moderate weight, without errors and foreign requests", async () => {
    expect(Buffer.byteLength(site.html)).toBeLessThan(3_000_000);
    const compressed = await promisify<string, Buffer>(gzip)(site.html);
    expect(compressed.length).toBeLessThan(850_000);
    expect(watched.problems).toEqual([]);
  });

  async function isOnScreen(place: Locator): Promise<boolean> {
    const { y = -1 } = (await place.boundingBox()) ?? {};
    return y > 0 && y < 700;
  }

  function menu() {
    return page.locator('[data-component-name="Menu/Menu"]').first();
  }
});
