/**
 * Fetches what only some tests need, so that none of them waits for a network: other runtimes, test
 * runners, sqld, and the packages of the examples. What is there already is left as it is.
 */
import { readdir } from "node:fs/promises";
import { fetchedPackages } from "./lib/fetched-packages.ts";
import { npmPackage } from "./lib/npm-program.ts";
import { runPnpm } from "./lib/package-manager.ts";
import { fromRoot } from "./lib/root.ts";

await Promise.all([fetchPackages(), installExamples()]);

async function fetchPackages(): Promise<void> {
  for (const carrier of fetchedPackages) {
    await npmPackage(carrier, true);
    console.log(`${carrier.packageName} ${carrier.version}`);
  }
}

async function installExamples(): Promise<void> {
  for (const entry of await readdir(fromRoot("examples"), { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === "node_modules") continue;
    const example = `examples/${entry.name}`;
    const install = ["--dir", example, "install", "--frozen-lockfile"];
    const { status, output } = await runPnpm(install, false);
    if (status !== 0) throw new Error(`${example} was not installed:\n${output}`);
    console.log(example);
  }
}
