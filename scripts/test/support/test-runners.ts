import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { jest } from "../../lib/fetched-packages.ts";
import { npmPackage } from "../../lib/npm-program.ts";
import { fromRoot } from "../../lib/root.ts";

const execute = promisify(execFile);
const vitest = fromRoot("node_modules/vitest/vitest.mjs");

// In a project of its own, packages lie in `node_modules`, which Vitest leaves as they are. Each way
// in which Vitest runs tests finds others of Node's functions.
const vitestConfig = `
const server = { deps: { external: [/\\/(?:dist|bundle)\\//] } };
const pools = ["forks", "threads", "vmForks", "vmThreads"];
const projects = pools.map((pool) => ({ test: { name: pool, pool, server } }));
export default { test: { projects } };
`;

/** Runs programs that need a test runner; each answers what the runner printed. */
const runners = {
  "node:test": (source: string) => nodeTest(source),
  vitest: (source: string) =>
    inProject({ "sample.test.ts": source, "vitest.config.mjs": vitestConfig }, (directory) =>
      node([vitest, "run", "--root", directory], directory),
    ),
  "@jest/globals": async (source: string) => {
    const directory = await npmPackage(jest);
    if (directory === undefined) return undefined;
    const program = join(directory, "node_modules/jest/bin/jest.js");
    const config = { testMatch: ["**/*.test.mjs"], transform: {} };
    const files = {
      "sample.test.mjs": source,
      "package.json": JSON.stringify({ type: "module", jest: config }),
    };
    return await inProject(files, (project) =>
      node(["--experimental-vm-modules", program, "--rootDir", project], project),
    );
  },
};

/** The runner that a program imports from, if it needs one. */
export function runnerOf(source: string): keyof typeof runners | undefined {
  const names = ["node:test", "vitest", "@jest/globals"] as const;
  return names.find((name) => source.includes(`from "${name}"`));
}

/**
 * Runs a program by its test runner.
 *
 * @returns what the runner printed; undefined where the runner is not there and must not be fetched
 * @throws an error with that in its message where a test failed
 */
export async function runTests(
  runner: keyof typeof runners,
  source: string,
): Promise<string | undefined> {
  return await runners[runner](source);
}

async function nodeTest(source: string): Promise<string> {
  return await inProject({ "sample.test.ts": source }, (directory) =>
    node(
      [
        "--import",
        `file://${fromRoot("node_modules/tsx/dist/loader.mjs")}`,
        "--test",
        join(directory, "sample.test.ts"),
      ],
      directory,
    ),
  );
}

async function node(args: readonly string[], cwd: string): Promise<string> {
  // A runner inside a runner is not to take itself for the outer one.
  const { VITEST: _, NODE_OPTIONS: __, NODE_TEST_CONTEXT: ___, ...env } = process.env;
  const { stdout, stderr } = await execute(process.execPath, args, {
    cwd,
    env: { ...env, NO_COLOR: "1" },
  });
  return stdout + stderr;
}

/** A directory with these files, and with the packages of the workspace. */
async function inProject<Value>(
  files: Readonly<Record<string, string>>,
  task: (directory: string) => Promise<Value>,
): Promise<Value> {
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-recipe-"));
  try {
    await symlink(fromRoot("node_modules"), join(directory, "node_modules"), "junction");
    const all = { "package.json": '{ "type": "module" }', ...files };
    for (const [name, text] of Object.entries(all)) await writeFile(join(directory, name), text);
    return await task(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
