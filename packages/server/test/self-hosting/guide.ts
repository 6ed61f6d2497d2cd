import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { codeBlocks } from "../../../../scripts/lib/guides.ts";

const path = fileURLToPath(new URL("../../../../docs/guides/self-hosting.md", import.meta.url));
const blocks = codeBlocks(readFileSync(path, "utf8"));

/** What the guide on self-hosting has in a language, once, or once with a word in it. */
export function blockOf(wanted: string, word = ""): string {
  const [block, ...others] = blocks.filter(
    ({ language, code }) => language === wanted && code.includes(word),
  );
  if (block === undefined || others.length > 0) throw new Error(`the guide has not one ${wanted}`);
  return block.code;
}

/** Why a test cannot run that needs a program of the system, such as `nginx`; undefined where it can. */
export function missing(program: string): string | undefined {
  return spawnSync("which", [program]).status === 0 ? undefined : `${program} is not installed`;
}
