import { readFile, writeFile } from "node:fs/promises";
import { sqldVersion } from "../lib/fetched-packages.ts";
import { fromRoot } from "../lib/root.ts";
import { runTool } from "../lib/tool.ts";
import { heading, type Row, table } from "./table.ts";
import type { Setting } from "./throughput.ts";

const page = fromRoot("docs/performance.md");
const marks = ["<!-- measured by `pnpm bench --record` -->", "<!-- /measured -->"] as const;

/** Writes the rows into docs/performance.md, and as data beside it. */
export async function record(rows: readonly Row[], { rounds, seconds }: Setting): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  const sqld = `sqld ${sqldVersion}`;
  const about = `${heading()}, ${day}; ${rounds} rounds of ${seconds} s, medians; ${sqld}.`;
  const [before] = (await readFile(page, "utf8")).split(marks[0]);
  const [, after] = (await readFile(page, "utf8")).split(marks[1]);
  const text = [before?.trimEnd(), "", marks[0], "", about, "", table(rows), "", marks[1]];
  await writeFile(page, `${text.join("\n")}${after ?? "\n"}`);
  const data = { machine: heading(), day, rounds, seconds, rows };
  const file = fromRoot("docs/performance.json");
  await writeFile(file, `${JSON.stringify(data, null, 2)}\n`);
  await runTool("oxfmt", [page, file]);
}
