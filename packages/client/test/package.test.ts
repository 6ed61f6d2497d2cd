import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { publint } from "publint";
import { fetch as undiciOwnFetch } from "undici";
import { describe, expect, expectTypeOf, test } from "vitest";
import * as client from "@logicaldb/client";
import * as undici from "@logicaldb/client/undici";
import { attw } from "../../../scripts/lib/fetched-packages.ts";
import { npmPackage } from "../../../scripts/lib/npm-program.ts";
import { howToFetch } from "../../../scripts/test/support/fetching.ts";
import { Programs } from "../../../scripts/test/support/run-typescript.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const kB = 1_000;

test("these values are public, and no others", () => {
  expect(Object.keys(undici)).toEqual(["undiciFetch"]);
  expect(Object.keys(client).toSorted()).toEqual([
    "ApiError",
    "AuthenticationError",
    "ConflictError",
    "ConnectionError",
    "DatabaseExistsError",
    "DatabaseNotFoundError",
    "DecodeError",
    "LogicaldbError",
    "NotFoundError",
    "PermissionError",
    "PlanRequiredError",
    "RateLimitError",
    "ServerError",
    "TimeoutError",
    "UnsafePathError",
    "attempt",
    "createClient",
    "createPlatform",
    "resilience",
  ]);
});

test("the sources import their own files, few packages, and Node for undici only", async () => {
  const directory = new URL("../src/", import.meta.url);
  const imported = new Set<string>();
  const names = await readdir(directory, { recursive: true });
  for (const name of names.filter((each) => each.endsWith(".ts"))) {
    const source = await readFile(new URL(name, directory), "utf8");
    for (const [, specifier = ""] of source.matchAll(/\bfrom "([^"]+)"/g)) {
      if (!/^\.\.?\//.test(specifier)) imported.add(specifier);
      expect(specifier.startsWith("node:") && name !== "undici.ts").toBe(false);
    }
  }
  expect([...imported].toSorted()).toEqual([
    "@logicaldb/contract",
    "node:util",
    "node:zlib",
    "openapi-fetch",
    "undici",
  ]);
});

describe("the size, bundled, minified and compressed,", () => {
  test.each([
    ["createClient", 3],
    ["createPlatform", 5],
  ])("of %s is at most %i kB, and the README has the figure", async (name, most) => {
    const size = await bundledSize(name);
    expect(size).toBeLessThanOrEqual(most * kB);
    const readme = await readFile(`${root}README.md`, "utf8");
    const figure = new RegExp(`\`${name}\` +\\| (\\d+\\.\\d\\d) kB`).exec(readme)?.[1];
    // Versions of zlib differ by some bytes.
    expect(Number(figure)).toBeCloseTo(size / kB, 1);
  });

  test("of what is not used is nothing", async () => {
    expect(await bundledSize("UnsafePathError")).toBeLessThan(0.3 * kB);
  });
});

test("the global fetch and that of undici are what a client takes", () => {
  expectTypeOf(globalThis.fetch).toExtend<client.Fetch>();
  expectTypeOf(undiciOwnFetch).toExtend<client.Fetch>();
});

test("both are, too, where TypeScript knows the browser, as it does unless told otherwise", async () => {
  const programs = await Programs.create("client-fetch");
  const both = `import { createPlatform } from "@logicaldb/client";
import { type Dispatcher, fetch } from ${JSON.stringify(fileURLToPath(import.meta.resolve("undici")))};
const options = { token: "t", organization: "o" };
createPlatform({ ...options, fetch: globalThis.fetch });
export const byProxy = (dispatcher: Dispatcher) =>
  createPlatform({ ...options, fetch: (url, init) => fetch(url, { ...init, dispatcher }) });
`;
  await programs.add("both", both);
  const { ok, output } = await programs.compile(["ES2023", "DOM", "DOM.Iterable"]);
  expect(ok, output).toBe(true);
});

test("publint finds nothing", async () => {
  const { messages } = await publint({ pkgDir: root, strict: true, pack: "npm" });
  expect(messages).toEqual([]);
});

test("every way to resolve the types leads to the right ones", async (context) => {
  const directory = await npmPackage(attw);
  if (directory === undefined) return context.skip(howToFetch);
  const program = join(directory, "node_modules", attw.packageName, "dist/index.js");
  const command = [program, "--pack", root, "--profile", "esm-only", "--format", "json"];
  const { stdout } = await run(process.execPath, command);
  expect(JSON.parse(stdout)).toMatchObject({ analysis: { types: { kind: "included" } } });
});

async function bundledSize(name: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${name} } from "@logicaldb/client"`, resolveDir: root },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}
