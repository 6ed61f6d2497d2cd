import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const dist = new URL("../dist/", import.meta.url);

/** A statement of a declaration file, which `tsc` starts at the beginning of a line. */
const statement =
  /^export (?:declare )?(?:abstract )?(?:class|const|function|interface|type) (\w+)/;

/**
 * What a declaration file exports: the text of each name, without comments. What it only passes on
 * from the contract has tests of its own.
 */
async function declarations(file: string): Promise<string[]> {
  const source = await readFile(new URL(file, dist), "utf8");
  const own = statements(source).filter((text) => statement.test(text));
  const passedOn = Array.from(
    source.matchAll(/^export (?:type )?\{([^}]*)\} from "\.\/([^"]+)\.ts";$/gm),
    async ([, names = "", from = ""]) => {
      const wanted = new Set(namesIn(names));
      const all = await declarations(`${from}.d.ts`);
      return all.filter((text) => wanted.has(statement.exec(text)?.[1] ?? ""));
    },
  );
  return [...own, ...(await Promise.all(passedOn)).flat()];
}

/** The names in the braces of an export. */
function namesIn(list: string): string[] {
  return list
    .split(",")
    .map((name) => name.replace(/^\s*type\s/, "").trim())
    .filter((name) => name !== "");
}

function statements(source: string): string[] {
  const bare = source
    .replaceAll(/\/\*\*.*?\*\//gs, "")
    .replaceAll(/^\/\/.*$/gm, "")
    .replaceAll(/^\s*\n/gm, "");
  return bare.split(/^(?=export|import|declare)/m).map((text) => text.trimEnd());
}

test.each(["index", "undici"])("what %s exports has the recorded types", async (entry) => {
  const all = await declarations(`${entry}.d.ts`);
  expect(all.length).toBeGreaterThan(2);
  const text = all.toSorted().join("\n\n");
  await expect(`${text}\n`).toMatchFileSnapshot(`surface/${entry}.txt`);
});

test("all that has a name in the index is recorded, but for what the contract exports", async () => {
  const index = await readFile(new URL("index.d.ts", dist), "utf8");
  const listed = Array.from(index.matchAll(/\{([^}]*)\}/g), ([, list = ""]) => namesIn(list));
  const recorded = (await declarations("index.d.ts")).map((text) => statement.exec(text)?.[1]);
  expect(new Set(recorded)).toEqual(new Set(listed.flat()));
});

test.each(["types", "local-types"])(
  "every property of the schemas in %s says what it is",
  async (file) => {
    const source = await readFile(
      new URL(`../../contract/dist/${file}.d.ts`, import.meta.url),
      "utf8",
    );
    const [, schemas = ""] = /^ {4}schemas: \{\n(.*?)^ {4}\};$/ms.exec(source) ?? [];
    const lines = schemas.split("\n");
    const isProperty = /^ {8,}(?:readonly )?[\w"-]+\??: /;
    expect(lines.filter((line) => isProperty.test(line)).length).toBeGreaterThan(10);
    const silent = lines.filter(
      (line, index) => isProperty.test(line) && lines[index - 1]?.endsWith("*/") !== true,
    );
    expect(silent).toEqual([]);
  },
);

test.each(["client/dist/", "contract/dist/resources"])(
  "everything that %s exports says what it is",
  async (place) => {
    const packages = new URL("../../", import.meta.url);
    const files = place.endsWith("/")
      ? (await readdir(new URL(place, packages), { recursive: true }))
          .filter((name) => name.endsWith(".d.ts") && name !== "index.d.ts")
          .map((name) => place + name)
      : [`${place}.d.ts`];
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const lines = (await readFile(new URL(file, packages), "utf8")).split("\n");
      // A name, or a method: of an interface, with its parameters. Or what has methods.
      const named =
        /^export (?:declare )?(?!\{|type \{|type \*)|^ {4}(?!constructor)\w+\(.*: |^ {4}readonly \w+: \w+Resource</;
      const silent = lines.filter(
        (line, index) => named.test(line) && lines[index - 1]?.endsWith("*/") !== true,
      );
      expect(silent, file).toEqual([]);
    }
  },
);
