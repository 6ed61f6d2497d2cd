import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

test("publint finds nothing", async () => {
  const { messages } = await publint({ pkgDir: root, strict: true, pack: "npm" });
  expect(messages).toEqual([]);
});

// All else is in the bundle: it need not be installed, nor fit the Node of whoever installs this.
test("the packages that are installed with it are those that it loads", async () => {
  const loaded = new Set<string>();
  for (const file of await readdir(`${root}bundle`)) {
    if (!file.endsWith(".js")) continue;
    const code = await readFile(`${root}bundle/${file}`, "utf8");
    for (const [, name = ""] of code.matchAll(
      /\bfrom"((?:@[\w-]+\/)?[a-z][\w-]*)(?:\/[\w-]+)*"/g,
    )) {
      loaded.add(name);
    }
  }
  const { dependencies } = JSON.parse(await readFile(`${root}package.json`, "utf8"));
  expect([...loaded].toSorted()).toEqual(Object.keys(dependencies).toSorted());
});

test("what makes metrics is loaded only where they are asked for", async () => {
  const loaded = new Set(["cli.js", ...(await readdir(`${root}bundle`)).filter(isServe)]);
  for (const file of loaded) {
    const code = await readFile(`${root}bundle/${file}`, "utf8");
    expect(code).not.toContain("process_cpu_user_seconds_total");
    for (const [, name = ""] of code.matchAll(/\b(?:from|import)"\.\/([^"]+)"/g)) loaded.add(name);
  }
  expect(loaded.size).toBeGreaterThan(3);
});

const isServe = (file: string) => /^serve-[A-Z0-9]+\.js$/.test(file);

// An application that checks the types of its libraries would have to check those packages, too.
describe("the types of no other package than our own are needed", () => {
  test.each(["index", "testing/index"])("by %s", async (entry) => {
    expect([...(await packagesNeeded(`dist/${entry}.d.ts`))].toSorted()).toEqual(
      entry === "index" ? [] : ["@logicaldb/client", "@logicaldb/contract"],
    );
  });
});

/** Which packages a file of types imports from, itself or through others of this package. */
async function packagesNeeded(entry: string): Promise<Set<string>> {
  const packages = new Set<string>();
  const files = new Set([new URL(entry, `file://${root}`).href]);
  for (const file of files) {
    const types = await readFile(new URL(file), "utf8");
    for (const [, specifier = ""] of types.matchAll(/(?:\bfrom |\bimport\()"([^"]+)"/g)) {
      if (!specifier.startsWith(".")) packages.add(specifier);
      else files.add(new URL(specifier.replace(/\.ts$/, ".d.ts"), file).href);
    }
  }
  return packages;
}
