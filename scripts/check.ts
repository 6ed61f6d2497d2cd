import { keepCertificates } from "./lib/certificates.ts";
import { runPnpm } from "./lib/package-manager.ts";

/** What is checked: how it is called, and the script with its arguments. */
type Step = readonly [title: string, script: string, ...args: string[]];

/** Everything that CI runs, in order; what stands together runs at the same time. */
const stages: readonly (readonly Step[])[] = [
  [
    ["generated files are up to date", "generate", "--check"],
    ["types and build", "build"],
    ["lint", "lint"],
  ],
  [["tests", "test"]],
  [["speed of the client", "gate:client"]],
];

// What had to be installed is, when this runs.
keepCertificates();
const started = performance.now();
for (const stage of stages) {
  const statuses = await Promise.all(stage.map((step) => run(step, stage.length === 1)));
  const failed = statuses.find((status) => status !== 0);
  if (failed !== undefined) process.exit(failed);
}
console.log(`\ncheck: all passed in ${seconds(started)}`);

/** Runs a step and says how it went. One that runs alone shows what it does meanwhile. */
async function run([title, script, ...args]: Step, isAlone: boolean): Promise<number> {
  if (isAlone) console.log(`\n── ${title}`);
  const since = performance.now();
  const { status, output } = await runPnpm(["run", script, ...args], isAlone);
  if (!isAlone) console.log(`\n── ${title}\n${output.trimEnd()}`);
  console.log(`── ${title}: ${seconds(since)}`);
  if (status !== 0) {
    console.error(`\ncheck: ${title} failed (pnpm ${[script, ...args].join(" ")})`);
  }
  return status;
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1)} s`;
}
