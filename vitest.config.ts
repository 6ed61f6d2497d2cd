import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { keepCertificates } from "./scripts/lib/certificates.ts";

const isCi = process.env["CI"] !== undefined;

// What a terminal was told for the server that runs beside the tests is not for those of the tests.
for (const name of Object.keys(process.env)) {
  if (name.startsWith("LOGICALDB_")) delete process.env[name];
}
keepCertificates();

export default defineConfig({
  test: {
    include: [
      "packages/*/test/**/*.test.ts",
      "openapi/rules/**/*.test.ts",
      "scripts/test/**/*.test.ts",
    ],
    // Checks what the tests receive against the contract.
    setupFiles: ["packages/server/test/contract/watch.ts"],
    // The packages are tested as they are built; engine processes start from the same files.
    server: { deps: { external: [/\/packages\/[^/]+\/(?:dist|bundle)\//] } },
    globalSetup: "scripts/test/support/build.ts",
    reporters: isCi
      ? ["default", ["json", { outputFile: "node_modules/.cache/test-results.json" }]]
      : ["default"],
    // Files share a process: the server is loaded once, not once for each.
    isolate: false,
    // Many tests wait for other processes, so three at a time pay on two cores; four do not.
    maxWorkers: 1 + availableParallelism(),
    testTimeout: 60_000,
    // What is waited for comes later on a machine that is busy.
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
  },
});
