import { readFile } from "node:fs/promises";
import { type RunningServer, startServer } from "@logicaldb/server";
import { createClient as createTursoClient } from "@tursodatabase/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as client from "@logicaldb/client";
import { codeBlocks } from "../../../../scripts/lib/guides.ts";
import { setEnvironment } from "../../../../scripts/test/support/environment.ts";
import { Programs } from "../../../../scripts/test/support/run-typescript.ts";

const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
const blocks = codeBlocks(readme);
const samples = blocks.flatMap(({ language, code }, index) =>
  language === "ts"
    ? [{ name: `sample-${index + 1}`, code, expected: blocks[index + 1]?.code }]
    : [],
);

describe("the code in the README", () => {
  let server: RunningServer;
  let programs: Programs;
  let restore: () => void;
  beforeAll(async () => {
    const token = "the-token-of-the-client-readme";
    server = await startServer({ port: 0, dataDir: undefined, token, logLevel: "error" });
    programs = await Programs.create("client-readme");
    for (const { name, code } of samples) await programs.add(name, code);
    restore = setEnvironment({ LOGICALDB_URL: server.url, LOGICALDB_TOKEN: token });
  });
  afterAll(async () => {
    restore();
    await server.stop();
  });

  test("is there, each with what it prints", () => {
    expect(blocks.map(({ language }) => language)).toEqual(samples.flatMap(() => ["ts", "text"]));
    expect(samples.length).toBeGreaterThan(4);
  });

  test("compiles", async () => {
    const { ok, output } = await programs.compile();
    expect(ok, output).toBe(true);
  });

  // In the order of the README: a sample uses what the one before it made.
  test.each(samples)("prints what it says: $name", async ({ name, expected }) => {
    expect(await programs.run(name)).toBe(expected);
  });
});

test("the README tells of every value that is public", () => {
  for (const name of Object.keys(client)) expect(readme).toContain(name);
});

/** The methods of a resource of `@tursodatabase/api`, but for what only its own code calls. */
function tursoMethods(name: string, resource: object): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(resource)))
    .filter(([method, { value }]) => typeof value === "function" && !isInternal.test(method))
    .map(([method]) => `${name}.${method}`);
}

const isInternal = /^(?:constructor$|format[A-Z])/;

test("the README says what becomes of every method of @tursodatabase/api", () => {
  const [, table = ""] =
    /^## Coming from @tursodatabase\/api\n(.*?)^The contract/ms.exec(readme) ?? [];
  const told = Array.from(table.matchAll(/^\| ([^|]+) \|/gm), ([, cell = ""]) => cell).join();
  const { databases, groups, locations, organizations, apiTokens } = createTursoClient({
    org: "acme",
    token: "t",
  });
  const resources = { databases, groups, locations, organizations, apiTokens };
  const methods = Object.entries(resources).flatMap(([name, each]) => tursoMethods(name, each));
  expect(methods.length).toBeGreaterThan(30);
  for (const method of methods) expect(told).toContain(`\`${method}(`);
});
