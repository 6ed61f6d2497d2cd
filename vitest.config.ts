import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "packages/*/test/**/*.test.ts",
      "openapi/rules/**/*.test.ts",
      "scripts/test/**/*.test.ts",
    ],
    // The packages are tested as they are built; engine processes start from the same files.
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
