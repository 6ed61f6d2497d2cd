import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningServer, startServer } from "@logicaldb/server";
import {
  findChromium,
  howToInstall,
  launchChromium,
} from "../../../../scripts/test/support/chromium.ts";
import { bun, deno, node22, node24, workerd } from "../../../../scripts/lib/fetched-packages.ts";
import { npmProgram } from "../../../../scripts/lib/npm-program.ts";
import { howToFetch } from "../../../../scripts/test/support/fetching.ts";
import { deadUrl } from "../support.ts";
import type { Target } from "./program.ts";

const run = promisify(execFile);
const token = "the-platform-token-of-the-runtime-tests";
const programFile = fileURLToPath(new URL("program.ts", import.meta.url));

/** Programs that run a file, and how. */
const commands = [
  { title: "Node.js 22", runtime: node22, flags: [] },
  { title: "Node.js 24", runtime: node24, flags: [] },
  { title: "Deno", runtime: deno, flags: ["run", "--allow-net"] },
  { title: "Bun", runtime: bun, flags: ["run"] },
];

const workerdConfig = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [
  (name = "main", worker = .worker),
  (name = "internet", network = (allow = ["private", "local"])),
]);
const worker :Workerd.Worker = (
  modules = [(name = "program.js", esModule = embed "program.js")],
  compatibilityDate = "2025-01-01",
);
`;

describe("the built client does the same in", () => {
  let server: RunningServer;
  let directory: string;
  let nowhere: string;
  beforeAll(async () => {
    const options = { port: 0, dataDir: undefined, token };
    server = await startServer({ ...options, addressing: "path", logLevel: "error" });
    nowhere = await deadUrl();
    directory = await mkdtemp(join(tmpdir(), "logicaldb-runtimes-"));
  });
  afterAll(async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** One file with the program and the client, which hands what came of it to `report`. */
  async function bundle(name: string, epilogue: (call: string) => string): Promise<string> {
    const target: Target = { baseUrl: server.url, token, deadUrl: nowhere, name };
    const source = `import { program } from ${JSON.stringify(programFile)};\n`;
    const { outputFiles } = await build({
      stdin: {
        contents: source + epilogue(`JSON.stringify(await program(${JSON.stringify(target)}))`),
        resolveDir: fileURLToPath(new URL(".", import.meta.url)),
      },
      bundle: true,
      format: "esm",
      platform: "neutral",
      write: false,
    });
    return outputFiles[0]?.text ?? "";
  }

  /** @param repeated how often a POST was that found nobody: where the runtime says so, it may be */
  function expectAll(output: string, name: string, repeated: number): void {
    expect(JSON.parse(output)).toEqual({
      primaryRegion: "local",
      exists: "database_exists",
      rows: true,
      listed: true,
      silent: "TimeoutError",
      absent: "ConnectionError",
      repeated,
      aborted: "stop",
      destroyed: name,
    });
  }

  async function runFile(command: string, flags: readonly string[], name: string): Promise<void> {
    const file = join(directory, `${name}.mjs`);
    await writeFile(file, await bundle(name, (call) => `console.log(${call});`));
    const { stdout } = await run(command, [...flags, file]);
    expectAll(stdout, name, 2);
  }

  test(`Node.js ${process.versions.node}, which runs the tests`, async () => {
    await runFile(process.execPath, [], "this-node");
  });

  test.for(commands)("$title", { timeout: 300_000 }, async (command, context) => {
    const { title, runtime, flags } = command;
    const file = await npmProgram(runtime);
    if (file === undefined) return context.skip(howToFetch);
    await runFile(file, flags, title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"));
  });

  test("workerd, which runs Cloudflare Workers", { timeout: 300_000 }, async (context) => {
    const file = await npmProgram(workerd);
    if (file === undefined) return context.skip(howToFetch);
    const worker = await bundle(
      "workerd",
      (call) => `export default { async test() { console.log(${call}); } };`,
    );
    await writeFile(join(directory, "program.js"), worker);
    await writeFile(join(directory, "config.capnp"), workerdConfig);
    const { stdout } = await run(file, ["test", join(directory, "config.capnp")]);
    expectAll(stdout, "workerd", 0);
  });

  test("Chromium", async (context) => {
    const chromium = findChromium();
    if (chromium === undefined) {
      if (process.env["CI"] !== undefined) throw new Error(howToInstall);
      return context.skip(howToInstall);
    }
    const browser = await launchChromium(chromium);
    try {
      const page = await browser.newPage();
      // A page of the API's own origin: a server that answers other origins too is not needed.
      await page.route("**/program.html", (route) =>
        route.fulfill({ contentType: "text/html", body: "<!doctype html><title>program</title>" }),
      );
      await page.goto(`${server.url}/program.html`);
      const content = await bundle("chromium", (call) => `globalThis.report = ${call};`);
      await page.addScriptTag({ type: "module", content });
      const report = await page.waitForFunction("globalThis.report");
      expectAll(String(await report.jsonValue()), "chromium", 0);
    } finally {
      await browser.close();
    }
  });
});
