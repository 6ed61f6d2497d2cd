import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createPlatform } from "@logicaldb/client";
import { type RunningServer, startServer } from "@logicaldb/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromRoot } from "../lib/root.ts";
import { runTool } from "../lib/tool.ts";
import { exampleNames, isInstalled } from "./support/examples.ts";
import { howToFetch } from "./support/fetching.ts";

const token = "the-platform-token-of-the-examples";
/** Which the examples are not told: they find it. */
const organization = "acme";
/** How many the bulk migration has: fewer than its README says unless told, but some with quarters. */
const { TENANTS: tenants = "100" } = process.env;

describe("the example", { timeout: 300_000 }, () => {
  let server: RunningServer;
  beforeAll(async () => {
    const options = { port: 0, dataDir: undefined, token, logLevel: "error" } as const;
    server = await startServer({ ...options, user: organization });
  });
  afterAll(async () => {
    await server.stop();
  });

  test.for(exampleNames)(
    "%s does what its README says, and leaves nothing",
    async (name, context) => {
      if (!isInstalled(name)) return context.skip(howToFetch);
      const readme = await readFile(fromRoot(`examples/${name}/README.md`), "utf8");
      const command = blockOf(readme, "sh");
      expect(command).toMatch(
        new RegExp(`^npx --yes pnpm@[\\d.]+ --dir examples/${name} start\n$`),
      );
      const { status, output } = await run(command.trim(), {
        LOGICALDB_URL: server.url,
        LOGICALDB_TOKEN: token,
        TENANTS: tenants,
      });
      const promised = blockOf(readme, "text").replaceAll(/\b1000\b/g, tenants);
      expect(output.replaceAll("\r\n", "\n").slice(-promised.length), output).toBe(promised);
      expect(status).toBe(0);
      const { databases } = createPlatform({ baseUrl: server.url, token, organization });
      expect(await databases.list()).toEqual([]);
    },
  );

  test("is typed: all of them compile", async (context) => {
    if (!exampleNames.every(isInstalled)) return context.skip(howToFetch);
    const { ok, output } = await runTool("typescript", ["-p", fromRoot("examples")]);
    expect(output).toBe("");
    expect(ok).toBe(true);
  });

  test("is in the list of all", async () => {
    const list = await readFile(fromRoot("examples/README.md"), "utf8");
    const listed = Array.from(list.matchAll(/^\| \[`([\w-]+)`\]/gm), ([, name]) => name);
    expect(new Set(listed)).toEqual(new Set(exampleNames));
  });
});

function blockOf(markdown: string, language: string): string {
  return new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "ms").exec(markdown)?.[1] ?? "";
}

/** Runs a command of a README from the root of the project, as in a fresh terminal. */
async function run(
  command: string,
  variables: Readonly<Record<string, string>>,
): Promise<{ status: number | null; output: string }> {
  // A package manager tells those that it starts to leave installing to it.
  const inherited = Object.entries(process.env).filter(([name]) => !/verify_deps/i.test(name));
  const child = spawn(here(command), {
    shell: true,
    cwd: fromRoot(""),
    env: { ...Object.fromEntries(inherited), ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { status, output: status === 0 ? output : errors + output };
}

/** With the package manager that runs the tests, where there is one: `npx` takes its time. */
function here(command: string): string {
  const { npm_execpath: manager = "" } = process.env;
  if (!/pnpm\.c?js$/.test(manager)) return command;
  return command.replace(/^npx --yes pnpm@[\d.]+/, `"${process.execPath}" "${manager}"`);
}
