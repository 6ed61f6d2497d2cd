import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Guide, guidePaths, readGuides } from "./guides.ts";
import { asRecord } from "./json.ts";
import { fromRoot } from "./root.ts";
import { siteDocument } from "./site-document.ts";
import { requireTool } from "./tool.ts";

/** Where the page is built. */
export const referencePage = fromRoot("packages/contract/reference/index.html");

const hashFile = fromRoot("packages/contract/reference/inputs.sha256");
const bundle = fromRoot("packages/contract/src/openapi.json");
const template = fromRoot("docs/reference/page.hbs");
/** What the template is completed with, each where a comment in it names the file. */
const partNames = ["style.css", "script.js", "headings.js"] as const;
const parts = partNames.map((name) => fromRoot(`docs/reference/${name}`));

const inputs = [
  bundle,
  template,
  ...parts,
  fromRoot("redocly.yaml"),
  fromRoot("node_modules/@redocly/cli/package.json"),
  // What makes the page, and what that uses.
  ...[
    "client-methods",
    "code-samples",
    "guides",
    "json",
    "operation-table",
    "reference-site",
    "site-document",
  ].map((name) => fromRoot(`scripts/lib/${name}.ts`)),
  ...guidePaths.map(fromRoot),
  ...["logical-database", "tokens"].map((name) => fromRoot(`docs/guides/drawings/${name}.svg`)),
];

// Redoc credits itself with an image from its own host. The credit stays, as text in an image.
const creditImages = [
  "https://cdn.redoc.ly/redoc/logo-mini-full.svg",
  "https://cdn.redoc.ly/redoc/logo-mini.svg",
];
const creditReplacement =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='40' height='16'%3E" +
  "%3Ctext x='2' y='12' font-family='system-ui,sans-serif' font-size='11' font-weight='600' " +
  "fill='%23808690'%3ERedoc%3C/text%3E%3C/svg%3E";

/** Whether the page was built from exactly the inputs that are there now. */
export async function isReferenceSiteFresh(): Promise<boolean> {
  const stored = await readFile(hashFile, "utf8").catch(() => undefined);
  return stored === (await hashOfInputs());
}

/** Builds the page and returns its size in bytes. */
export async function buildReferenceSite(): Promise<number> {
  const hash = await hashOfInputs();
  await mkdir(dirname(referencePage), { recursive: true });
  const directory = await mkdtemp(join(dirname(referencePage), "build-"));
  try {
    const page = join(directory, "index.html");
    const document = join(directory, "openapi.json");
    const whole = join(directory, "page.hbs");
    await writeFile(document, await documentText(await readGuides()));
    await writeFile(whole, await wholeTemplate());
    await requireTool("redocly", [
      "build-docs",
      document,
      "--inlineBundle",
      `--template=${whole}`,
      "--title=Logical database API",
      `--output=${page}`,
    ]);
    const html = withoutForeignImages(await readFile(page, "utf8"));
    await writeFile(page, html);
    await rename(page, referencePage);
    await writeFile(hashFile, hash);
    return Buffer.byteLength(html);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function wholeTemplate(): Promise<string> {
  let page = await readFile(template, "utf8");
  for (const [index, path] of parts.entries()) {
    const mark = `/* ${partNames[index]} */`;
    if (!page.includes(mark)) throw new Error(`${template} has no place for ${path}`);
    const text = await readFile(path, "utf8");
    page = page.replace(mark, () => text);
  }
  return page;
}

async function documentText(guides: readonly Guide[]): Promise<string> {
  const contract = asRecord(JSON.parse(await readFile(bundle, "utf8")), "the bundle");
  return JSON.stringify(await siteDocument(contract, guides));
}

function withoutForeignImages(html: string): string {
  return creditImages.reduce((page, url) => {
    if (!page.includes(url)) throw new Error(`Redoc no longer asks for ${url}: look at its credit`);
    return page.replaceAll(url, creditReplacement);
  }, html);
}

async function hashOfInputs(): Promise<string> {
  const hash = createHash("sha256");
  for (const path of inputs) hash.update(await readFile(path));
  return hash.digest("hex");
}
