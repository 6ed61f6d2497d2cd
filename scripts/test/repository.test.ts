import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { fromRoot } from "../lib/root.ts";
import { withRepository } from "../lib/repository.ts";

const manifest = "packages/server/package.json";
const text = await readFile(fromRoot(manifest), "utf8");

test("a package that a workflow publishes says where it comes from, as its provenance does", () => {
  const env = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "someone/logicaldb" };
  const { repository, ...rest } = JSON.parse(withRepository(text, manifest, env));
  expect(repository).toEqual({
    type: "git",
    url: "git+https://github.com/someone/logicaldb.git",
    directory: "packages/server",
  });
  expect(rest).toEqual(JSON.parse(text));
});

test("elsewhere it stays as it is", () => {
  expect(withRepository(text, manifest, {})).toBe(text);
});

test("every package that is published is made ready for it", async () => {
  const root = JSON.parse(await readFile(fromRoot("package.json"), "utf8"));
  const steps: string[] = root.scripts["release:publish"].split(" && ");
  expect(steps.indexOf("tsx scripts/name-repository.ts")).toBe(
    steps.indexOf("pnpm changesets publish") - 1,
  );
});
