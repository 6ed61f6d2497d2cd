import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { readyMessage, shellOf } from "../../src/cli/banner.ts";
import { Command, end } from "../support/command.ts";

const command = new Command();
const server = {
  url: "http://127.0.0.1:8080",
  organization: "local",
  token: "ldb_x",
  dataDir: "/data",
  metricsUrl: undefined,
  stop: async () => {},
};

const plain = { shell: "sh", lostToken: "", naming: [] } as const;

/** The lines to paste. */
function lines(message: string): string[] {
  return message.split("\n").filter((line) => line.startsWith("    "));
}

it("has three lines that a shell takes as they are", () => {
  const pasted = lines(readyMessage(server, { ...plain, shell: "sh" })).join("\n");
  const { stdout } = spawnSync("sh", ["-c", `${pasted}\nenv`], {
    encoding: "utf8",
    env: process.env,
  });
  expect(stdout).toContain("LOGICALDB_URL=http://127.0.0.1:8080\n");
  expect(stdout).toContain("LOGICALDB_ORGANIZATION=local\n");
  expect(stdout).toContain("LOGICALDB_TOKEN=ldb_x\n");
});

it("speaks PowerShell on Windows, but not in a Unix shell there", () => {
  expect(lines(readyMessage(server, { ...plain, shell: "powershell" }))).toEqual([
    '    $env:LOGICALDB_URL="http://127.0.0.1:8080"',
    '    $env:LOGICALDB_ORGANIZATION="local"',
    '    $env:LOGICALDB_TOKEN="ldb_x"',
  ]);
  expect(shellOf({ platform: "win32", env: {} })).toBe("powershell");
  expect(shellOf({ platform: "win32", env: { SHELL: "/usr/bin/bash" } })).toBe("sh");
  expect(shellOf({ platform: "linux", env: {} })).toBe("sh");
});

it.each([
  [[], {}, "logicaldb token"],
  [["--data-dir", "d", "--user", "acme"], {}, "logicaldb token --data-dir d --user acme"],
  [
    [],
    { npm_lifecycle_event: "start", npm_config_user_agent: "pnpm/10.34.9 npm/? node/v20.20.2" },
    "npx --yes pnpm@10.34.9 start token",
  ],
])("where the token is not known, names the command that replaces it", async (flags, env, line) => {
  const outside = { npm_lifecycle_event: "", npm_config_user_agent: "" };
  const first = await command.start(flags);
  await end(first.child, "SIGINT");
  const { output } = await command.start(flags, { ...outside, ...env });
  expect(output).toContain("shown at the first start only");
  expect(lines(output)).toHaveLength(3);
  expect(lines(output).at(-1)).toBe(`    ${line}`);
});

it.each([
  [["--host", "0.0.0.0"], "start it with --domain"],
  [["--host", "0.0.0.0", "--domain", "db.example.com"], "named by db.example.com"],
  [["--domain", "db.example.com:8443"], "named by db.example.com:8443. Clients need a"],
  [[], ""],
])("says where clients need another name than this machine: %j", async (flags, said) => {
  const { output } = await command.start(flags);
  expect(output).toContain(said);
  expect(output.includes("Databases are named")).toBe(said !== "");
});
