import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type RunningServer, startServer } from "@logicaldb/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

describe("the README", () => {
  let server: RunningServer;
  let environment: NodeJS.ProcessEnv;
  let readme: string;
  beforeAll(async () => {
    server = await startServer({ port: 0, dataDir: undefined, token: "readme" });
    environment = { ...process.env, LOGICALDB_URL: server.url, LOGICALDB_TOKEN: "readme" };
    readme = await readFile(`${root}/README.md`, "utf8");
  });
  afterAll(async () => {
    await server.stop();
  });

  it("shows the program that `pnpm demo` runs", async () => {
    expect(codeBlocks(readme, "ts")).toEqual([await readFile(`${root}/scripts/demo.ts`, "utf8")]);
  });

  it("shows a program that does what it says", async () => {
    const { stdout } = await run(process.execPath, ["--import", "tsx", "scripts/demo.ts"], {
      cwd: root,
      env: environment,
    });
    expect(stdout).toMatch(/^read: hello\nrefused: AUTH_JWT_INVALID: .*\n$/);
  });

  it("shows curl commands that work", async () => {
    const script = codeBlocks(readme, "sh").find((block) => block.includes("curl"));
    const { stdout } = await run("sh", ["-ec", script ?? "exit 1"], { env: environment });
    const answers = stdout
      .replaceAll("}{", "}\n{")
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers).toMatchObject([
      { database: { Name: "shop" } },
      { instance: { type: "primary" } },
      { jwt: expect.any(String) },
      { databases: [{ Name: "shop", primaryRegion: "local" }] },
      { database: "shop" },
    ]);
  });

  it("lists every flag of the command, together with the page on limits", async () => {
    const cli = `${root}/packages/server/bin/logicaldb.js`;
    const { stdout } = await run(process.execPath, [cli, "--help"]);
    const flags = [...stdout.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag]) => flag);
    const limits = await readFile(`${root}/docs/limits.md`, "utf8");
    const documented = [...`${readme}\n${limits}`.matchAll(/^\| `(--[a-z-]+)`/gm)].map(
      ([, flag]) => flag,
    );
    expect(documented).toEqual(flags);
  });
});

function codeBlocks(markdown: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms");
  return [...markdown.matchAll(fence)].map(([, code = ""]) => code);
}
