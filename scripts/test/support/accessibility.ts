import type { Page } from "playwright-core";

/** A piece of text whose colours are too close to each other. */
export interface PoorContrast {
  readonly text: string;
  readonly ratio: number;
}

type Colour = readonly [red: number, green: number, blue: number];

interface ColouredText {
  readonly text: string;
  readonly ink: Colour;
  readonly paper: Colour;
}

// These run in the page, with the colours that the browser computes.
const colouredTexts = (selector: string) => `(() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const paperBehind = (element) => {
    if (element === null) return [255, 255, 255];
    const colour = parse(getComputedStyle(element).backgroundColor);
    return (colour[3] ?? 1) < 1 ? paperBehind(element.parentElement) : colour.slice(0, 3);
  };
  return [...document.querySelectorAll(${JSON.stringify(selector)})]
    .filter((element) => element.getClientRects().length > 0)
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE))
    .map((element) => ({
      text: element.textContent.slice(0, 60),
      ink: parse(getComputedStyle(element).color).slice(0, 3),
      paper: paperBehind(element),
    }));
})()`;

const visibleHeadings = `[...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
  .filter((heading) => heading.getClientRects().length > 0)
  .map((heading) => ({ level: Number(heading.tagName.slice(1)), text: heading.textContent }))`;

/** The visible texts whose contrast (WCAG 2) is below 4.5. */
export async function poorContrasts(page: Page, selector: string): Promise<PoorContrast[]> {
  const texts = await page.evaluate<ColouredText[]>(colouredTexts(selector));
  if (texts.length === 0) throw new Error(`there is no text at ${selector}`);
  return texts
    .map(({ text, ink, paper }) => ({ text, ratio: contrast(ink, paper) }))
    .filter(({ ratio }) => ratio < 4.5);
}

/** The headings that skip a level on the way down. */
export async function skippedHeadings(page: Page): Promise<string[]> {
  const headings = await page.evaluate<{ level: number; text: string }[]>(visibleHeadings);
  return headings.flatMap(({ level, text }, index) => {
    const before = headings[index - 1];
    const skips = before === undefined ? level !== 1 : level > before.level + 1;
    return skips ? [`h${level} "${text}" after h${before?.level} "${before?.text}"`] : [];
  });
}

function contrast(one: Colour, other: Colour): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
