import { spawn } from "node:child_process";
import { fromRoot } from "./root.ts";

/** How a command of the package manager ended. */
export interface PnpmResult {
  readonly status: number;
  /** What it printed, unless it printed it itself. */
  readonly output: string;
}

/**
 * Runs the package manager that runs this script, which need not be on the PATH, in the root of the
 * project.
 *
 * @param shows whether it prints by itself, as where nothing else runs beside it
 */
export async function runPnpm(args: readonly string[], shows: boolean): Promise<PnpmResult> {
  const packageManager = process.env["npm_execpath"];
  if (packageManager === undefined) {
    throw new Error(
      `Run this through the package manager: pnpm ${process.env["npm_lifecycle_event"] ?? "check"}`,
    );
  }
  const isScript = /\.[cm]?js$/.test(packageManager);
  const [command, prefix] = isScript ? [process.execPath, [packageManager]] : [packageManager, []];
  const child = spawn(command, [...prefix, ...args], {
    cwd: fromRoot(""),
    stdio: shows ? "inherit" : ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { status: status ?? 1, output };
}
