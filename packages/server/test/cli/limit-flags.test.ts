import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defaultOptions } from "@logicaldb/server";
import { expect, it } from "vitest";

const command = fileURLToPath(new URL("../../bin/logicaldb.js", import.meta.url));
const page = readFileSync(new URL("../../../../docs/limits.md", import.meta.url), "utf8");
const rows = Array.from(
  page.matchAll(/^\| `--([\w-]+)` +\| `(\w+)` +\| `(\w+)` /gm),
  ([, flag = "", shown = "", option = ""]) => ({ flag, shown, option }),
);

function logicaldb(...flags: string[]) {
  return spawnSync(process.execPath, [command, ...flags], { encoding: "utf8" });
}

it("the page on limits has every limit with its default, and no other", () => {
  const { limits, patience } = defaultOptions;
  const told = rows.map(({ option, shown }) => [
    option,
    shown.endsWith("s") ? Number(shown.slice(0, -1)) * 1_000 : Number(shown),
  ]);
  expect(Object.fromEntries(told)).toEqual({ ...limits, ...patience });
  expect(rows).toHaveLength(Object.keys({ ...limits, ...patience }).length);
});

it("every limit is a flag and an environment variable, with its default", () => {
  // One line for each flag, however wide the terminal is.
  const help = logicaldb("--help").stdout.replaceAll(/\n {20,}/g, " ");
  for (const { flag, shown } of rows) {
    const [line = ""] = new RegExp(`^ +--${flag} .*$`, "m").exec(help) ?? [];
    const variable = `LOGICALDB_${flag.replaceAll("-", "_").toUpperCase()}`;
    expect(line).toContain(`(default: ${shown}, env: ${variable})`);
  }
});

it.each([
  ["--max-parameters", "32767", /up to 32766/],
  ["--max-engine-bytes", "1000", /from 100663296 on/],
  ["--max-statements", "0", /above 0/],
  ["--max-database-bytes", "1GB", /whole number/],
  ["--reader-timeout", "soon", /duration/],
])("refuses %s %s", (flag, value, why) => {
  const { status, stderr } = logicaldb(flag, value);
  expect(status).toBe(1);
  expect(stderr).toMatch(why);
});
