import { spawn } from "node:child_process";
import { fromRoot } from "./root.ts";

/** What a finished tool left behind. */
export interface ToolResult {
  readonly ok: boolean;
  readonly output: string;
  readonly milliseconds: number;
}

// The tools' own JavaScript entry points: they run on every platform and need no PATH.
const entryPoints = {
  "openapi-typescript": "packages/contract/node_modules/openapi-typescript/bin/cli.js",
  oxfmt: "node_modules/oxfmt/bin/oxfmt",
  oxlint: "node_modules/oxlint/bin/oxlint",
  redocly: "node_modules/@redocly/cli/bin/cli.js",
  spectral: "node_modules/@stoplight/spectral-cli/dist/index.js",
  typescript: "node_modules/typescript/bin/tsc",
} as const;

const environment = {
  ...process.env,
  REDOCLY_TELEMETRY: "off",
  REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
};

/** Runs a development tool and collects everything it prints, on either stream. */
export async function runTool(
  name: keyof typeof entryPoints,
  args: readonly string[],
  workingDirectory: string = fromRoot(""),
): Promise<ToolResult> {
  const started = performance.now();
  const child = spawn(process.execPath, [fromRoot(entryPoints[name]), ...args], {
    cwd: workingDirectory,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { ok: code === 0, output, milliseconds: performance.now() - started };
}

/** Like {@link runTool}, for a tool whose failure ends the script. */
export async function requireTool(
  name: keyof typeof entryPoints,
  args: readonly string[],
  workingDirectory?: string,
): Promise<void> {
  const result = await runTool(name, args, workingDirectory);
  if (!result.ok) throw new Error(`${name} ${args.join(" ")} failed:\n${result.output}`);
}

/** Runs a check in this process: it is content when it has nothing to say. */
export async function timed(check: () => Promise<string>): Promise<ToolResult> {
  const started = performance.now();
  const output = await check();
  return { ok: output === "", output, milliseconds: performance.now() - started };
}
