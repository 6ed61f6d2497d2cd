import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordTests } from "../lib/released-tests.ts";
import { fromRoot } from "../lib/root.ts";
import { runTool } from "../lib/tool.ts";

// Where packages are found as the recorded tests find them.
const cache = fromRoot("node_modules/.cache");
let directory: string;
let recorded: string[];

beforeAll(async () => {
  await mkdir(cache, { recursive: true });
  directory = await mkdtemp(join(cache, "released-"));
  recorded = await recordTests(fromRoot("packages/client/test"), join(directory, "released"));
  const compilerOptions = {
    composite: false,
    noEmit: true,
    rewriteRelativeImportExtensions: false,
    typeRoots: [fromRoot("node_modules/@types")],
  };
  const files = recorded.map((name) => `released/${name}`);
  const config = { extends: fromRoot("tsconfig.base.json"), compilerOptions, files };
  await writeFile(join(directory, "package.json"), '{ "type": "module" }');
  await writeFile(join(directory, "tsconfig.json"), JSON.stringify(config));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const compile = () => runTool("typescript", ["-p", directory], directory);

test("of the client's tests, those are recorded that need nothing but packages", () => {
  expect(recorded).toEqual(
    expect.arrayContaining(["types.test.ts", "support.ts", "server/ensure.test.ts"]),
  );
  expect(recorded).not.toContain("server/readme.test.ts");
});

test("recorded now, they compile; what they use that is not there any more is an error", async () => {
  const { ok, output } = await compile();
  expect(output).toBe("");
  expect(ok).toBe(true);

  const use = `
export const gone = (platform: Platform) => platform.databases.remove("a");
export const changed = (platform: Platform): Promise<number> => platform.databases.destroy("a");
`;
  await appendFile(join(directory, "released/types.test.ts"), use);
  const broken = await compile();
  expect(broken.ok).toBe(false);
  expect(broken.output).toContain("Property 'remove' does not exist");
  expect(broken.output).toContain("Type 'string' is not assignable to type 'number'");
});

test("a release records them, and every check compiles what is recorded", async () => {
  const { scripts } = JSON.parse(await readFile(fromRoot("package.json"), "utf8"));
  expect(scripts).toMatchObject({
    "release:version": expect.stringContaining("tsx scripts/record-tests.ts"),
    typecheck: "tsc -b",
  });
  const { include } = JSON.parse(await readFile(fromRoot("tsconfig.tools.json"), "utf8"));
  expect(include).toContain("packages/*/released");
});
