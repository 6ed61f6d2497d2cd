/**
 * Writes `packages/contract/src` from `openapi/`. With `--check` it writes nothing and fails where
 * the committed files differ. `--directory` names another place than `packages/contract/src`.
 */
import { parseArgs } from "node:util";
import { contractFiles, writeFiles } from "./lib/contract-package.ts";
import { firstDifference } from "./lib/drift.ts";
import { fromRoot } from "./lib/root.ts";

const { values } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    directory: { type: "string", default: fromRoot("packages/contract/src") },
  },
});

const files = await contractFiles();
if (values.check) {
  const difference = await firstDifference(values.directory, files);
  if (difference !== undefined) {
    console.error(
      `${values.directory} is not what openapi/ generates: ${difference}.\n` +
        "Run `pnpm generate` and commit the result. Generated files are never edited by hand.",
    );
    process.exitCode = 1;
  }
} else {
  await writeFiles(values.directory, files);
}
