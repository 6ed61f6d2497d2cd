import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { defaultOptions } from "@logicaldb/server";
import { expect, it } from "vitest";
import { blockOf } from "./guide.ts";

const command = fileURLToPath(new URL("../../bin/logicaldb.js", import.meta.url));

it("the unit for systemd sets what the command knows, lets it write where its data is, and has metrics where they are scraped", () => {
  const unit = blockOf("ini");
  const help = execFileSync(process.execPath, [command, "--help"], { encoding: "utf8" });
  const set = [...unit.matchAll(/^Environment=(LOGICALDB_\w+)=(.*)$/gm)];
  expect(set.length).toBeGreaterThan(3);
  for (const [, name = ""] of set) expect(help).toMatch(new RegExp(`env:\\s+${name}\\)`));
  const port = set.find(([, name]) => name === "LOGICALDB_METRICS_PORT")?.[2];
  expect(blockOf("yaml")).toContain(`["${defaultOptions.metricsHost}:${port}"]`);
  const directory = set.find(([, name]) => name === "LOGICALDB_DATA_DIR")?.[2];
  expect(unit).toContain(`ReadWritePaths=${directory}\n`);
});
