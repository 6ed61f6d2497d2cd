import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { bun, deno } from "../../../../scripts/lib/fetched-packages.ts";
import { npmProgram } from "../../../../scripts/lib/npm-program.ts";
import { howToFetch } from "../../../../scripts/test/support/fetching.ts";

const run = promisify(execFile);
const program = fileURLToPath(new URL("runtimes-program.ts", import.meta.url));

test.for([
  { title: "Bun", runtime: bun, flags: ["run"] },
  { title: "Deno", runtime: deno, flags: ["run", "--allow-all", "--node-modules-dir=manual"] },
])("a platform starts in $title", { timeout: 300_000 }, async ({ runtime, flags }, context) => {
  const file = await npmProgram(runtime);
  if (file === undefined) return context.skip(howToFetch);
  const { stdout } = await run(file, [...flags, program]);
  expect(stdout).toBe("tea\n");
});
