import { readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { fromRoot } from "./root.ts";

const server = fromRoot("packages/server");
const bundle = join(server, "bundle");

/**
 * Bundles the server into `packages/server/bundle`: what it depends on becomes part of a few
 * files, which load several times faster than the hundreds that they are made of.
 */
export async function bundleServer(): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: server,
    entryPoints: {
      cli: "src/cli/command.ts",
      index: "src/index.ts",
      testing: "src/testing/index.ts",
      "engine-process": "src/engine-process/main.ts",
      monitor: "src/engine-process/process/monitor.ts",
    },
    outdir: bundle,
    bundle: true,
    // What only `serve` needs stays apart, to be loaded while the engine processes start.
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    // A native module, one that finds its files beside itself, and one whose errors tests compare
    // with those that they import from it themselves.
    external: ["libsql", "@logicaldb/contract", "@logicaldb/client"],
    // Dependencies in CommonJS ask for the modules of Node.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    legalComments: "linked",
    sourcemap: "linked",
    sourcesContent: false,
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: "warning",
    metafile: true,
  });
  await removeOthers(Object.keys(metafile.outputs).map((path) => basename(path)));
}

/** Removes what an earlier bundle left; the names of parts change with their content. */
async function removeOthers(current: readonly string[]): Promise<void> {
  const kept = new Set(current);
  const files = await readdir(bundle);
  await Promise.all(
    files.filter((file) => !kept.has(file)).map((file) => rm(join(bundle, file), { force: true })),
  );
}
