import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { codeBlocks } from "../../../scripts/lib/guides.ts";
import { Programs } from "../../../scripts/test/support/run-typescript.ts";

test("the code in the README compiles and prints what it says", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const blocks = codeBlocks(readme);
  const programs = await Programs.create("server-readme");
  const samples = blocks.flatMap(({ language, code }, index) =>
    language === "ts" ? [{ name: `sample-${index}`, code, expected: blocks[index + 1]?.code }] : [],
  );
  for (const { name, code } of samples) await programs.add(name, code);
  const { ok, output } = await programs.compile();
  expect(ok, output).toBe(true);
  expect(samples).toHaveLength(2);
  for (const { name, expected } of samples) expect(await programs.run(name)).toBe(expected);
});
