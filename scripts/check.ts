import { runScript } from "./lib/run-script.ts";

/** Everything that CI runs, in order. The first step that fails ends it. */
const steps = [
  ["generated files are up to date", "generate", "--check"],
  ["lint", "lint"],
  ["types", "typecheck"],
  ["build", "build"],
  ["tests", "test"],
  ["speed of the client", "bench:client", "--gate"],
] as const;

const started = performance.now();
for (const [title, script, ...args] of steps) {
  console.log(`\n── ${title}`);
  const since = performance.now();
  const status = runScript(script, args);
  if (status !== 0) {
    console.error(`\ncheck: ${title} failed (pnpm ${[script, ...args].join(" ")})`);
    process.exit(status);
  }
  console.log(`── ${title}: ${seconds(since)}`);
}
console.log(`\ncheck: all passed in ${seconds(started)}`);

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1)} s`;
}
