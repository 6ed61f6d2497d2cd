import { spawnSync } from "node:child_process";

/**
 * Runs a script of the root package with the package manager that runs this one, which need not be
 * on the PATH.
 *
 * @returns its exit status
 */
export function runScript(name: string, args: readonly string[]): number {
  const packageManager = process.env["npm_execpath"];
  if (packageManager === undefined) {
    throw new Error(
      `Run this through the package manager: pnpm ${process.env["npm_lifecycle_event"] ?? "check"}`,
    );
  }
  const isScript = /\.[cm]?js$/.test(packageManager);
  const [command, prefix] = isScript ? [process.execPath, [packageManager]] : [packageManager, []];
  const { status } = spawnSync(command, [...prefix, "run", name, ...args], { stdio: "inherit" });
  return status ?? 1;
}
