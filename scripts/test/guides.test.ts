import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type RunningServer, startServer } from "@logicaldb/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeBlocks, guideSections, readGuides, withErrorCodes } from "../lib/guides.ts";
import { asRecord } from "../lib/json.ts";
import { fromRoot } from "../lib/root.ts";
import { setEnvironment } from "./support/environment.ts";
import { howToFetch } from "./support/fetching.ts";
import { Programs } from "./support/run-typescript.ts";
import { runnerOf, runTests } from "./support/test-runners.ts";

const execute = promisify(execFile);
const bundle = await readFile(fromRoot("packages/contract/src/openapi.json"), "utf8");
const contract = asRecord(JSON.parse(bundle), "the bundle");
const guides = await readGuides();
const startCommand = "npx --yes pnpm@10.34.9 start";

/** Those are run by tests of their own. */
const filesForOthers = new Set(["ini", "nginx", "caddyfile", "yaml"]);

/** The code of all guides in its order; `expected` is what it prints, where the guide says so. */
const samples = guides.flatMap(({ path, text }) => {
  const blocks = codeBlocks(text);
  return blocks.flatMap(({ language, code }, index) => {
    if (language === "text" || filesForOthers.has(language)) return [];
    const next = blocks[index + 1];
    const name = `${/([\w-]+)\.md$/.exec(path)?.[1]}-${index + 1}`;
    return [{ name, language, code, expected: next?.language === "text" ? next.code : undefined }];
  });
});

describe("the code in the guides", () => {
  let server: RunningServer;
  let programs: Programs;
  let home: string;
  let restore: () => void;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "logicaldb-guides-"));
    await writeFile(join(home, ".curlrc"), "silent\n");
    const token = "the-token-of-the-guides";
    const options = { port: 0, dataDir: undefined, metricsPort: 0, faults: true };
    server = await startServer({ ...options, token });
    programs = await Programs.create("guides");
    for (const { name, language, code } of samples) {
      if (language === "ts") await programs.add(name, code);
    }
    restore = setEnvironment({
      LOGICALDB_URL: server.url,
      LOGICALDB_TOKEN: token,
      METRICS_URL: server.metricsUrl ?? "",
      CURL_HOME: home,
    });
  });
  afterAll(async () => {
    restore();
    await server.stop();
    await rm(home, { recursive: true, force: true });
  });

  test("is TypeScript, shell or a test for Jest, and nothing that is not run", () => {
    expect(new Set(samples.map(({ language }) => language))).toEqual(new Set(["ts", "sh", "js"]));
    const scripts = samples.filter(({ language }) => language === "js");
    expect(scripts.map(({ code }) => runnerOf(code))).toEqual(["@jest/globals"]);
    expect(samples.length).toBeGreaterThan(15);
  });

  test("compiles", async () => {
    const { ok, output } = await programs.compile();
    expect(ok, output).toBe(true);
  });

  // In the order of the guides: a program uses what the one before it made.
  test.for(samples)("runs: $name", async (sample, context) => {
    const { code, expected } = sample;
    const printed = await run(sample);
    if (printed === undefined) return context.skip(howToFetch);
    const isAsSaid =
      expected === undefined ? !printed.includes('"error":') : printed.trim() === expected.trim();
    expect(isAsSaid, printed).toBe(true);
    expect(runnerOf(code) === undefined || printed.includes("pass"), printed).toBe(true);
  });

  /** What it printed; undefined where it needs a runner that is not there. */
  async function run({ name, language, code }: (typeof samples)[number]) {
    const runner = runnerOf(code);
    if (runner !== undefined) return await runTests(runner, code);
    return language === "ts" ? await programs.run(name) : await runScript(code);
  }

  async function runScript(code: string): Promise<string> {
    if (code.startsWith(startCommand)) return await startAndStop(code.slice(startCommand.length));
    return (await execute("sh", ["-euc", code], { cwd: home })).stdout;
  }

  /** The command with the guide's flags, but for a port that is free and a directory that goes. */
  async function startAndStop(flags: string): Promise<string> {
    const given = flags.trim().split(/\s+/).filter(Boolean);
    const data = given.includes("--data-dir") ? [] : ["--data-dir", "./data"];
    const child = spawn(
      process.execPath,
      [fromRoot("packages/server/bin/logicaldb.js"), ...given, ...data, "--port", "0"],
      { cwd: home, stdio: ["ignore", "pipe", "inherit"] },
    );
    let printed = "";
    for await (const text of child.stdout.setEncoding("utf8")) {
      printed += String(text);
      if (/Ctrl-C stops it/.test(printed)) child.kill();
    }
    if (child.exitCode === null) await once(child, "exit");
    expect(printed).toContain("logicaldb is ready");
    await rm(join(home, "data"), { recursive: true, force: true });
    return "";
  }
});

test("the guide on errors has the contract's codes (`pnpm run docs` writes them)", async () => {
  const guide = guides.find(({ title }) => title === "Errors");
  expect(guide?.text).toBe(withErrorCodes(guide?.text ?? "", contract));
});

test("the site's sections keep code as it is, take drawings in, and link only inside the page", async () => {
  const sections = await guideSections(guides);
  for (const { code } of samples) expect(sections).toContain(code);
  expect(sections.match(/<svg class="drawing"/g)).toHaveLength(2);
  const prose = sections.replaceAll(/^```\w+\n.*?^```$/gms, "");
  const targets = [...prose.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target);
  expect(targets.length).toBeGreaterThanOrEqual(5);
  for (const target of targets) expect(target).toMatch(/^#section\/[a-z-]+$/);
  expect(prose).not.toMatch(/<style|<!--|^## |\| test +\||\| option of/m);
});
