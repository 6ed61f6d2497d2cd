import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { currentBundle } from "../lib/breaking.ts";
import { scoreProblems } from "../lib/score.ts";

test("a contract that says less than it did scores too low", async () => {
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-score-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const mute = join(directory, "mute.json");
  const text = await readFile(currentBundle, "utf8");
  await writeFile(mute, text.replaceAll('"description":', '"x-description":'));
  expect(await scoreProblems(mute)).toMatch(/^The contract scores \d.* below \d+: "subscores": \{/);
});
