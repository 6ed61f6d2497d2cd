import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Where requests go. */
export interface Target {
  readonly path: string;
  readonly host: string;
  readonly token: string;
}

/** A load of equal requests, to the targets in turn. */
export interface Load {
  /** `127.0.0.1` and the port. */
  readonly address: string;
  readonly targets: readonly Target[];
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface Measured {
  /** Requests per second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * Sends a load with `wrk`, from a process of its own. A server that stalls has a rate of 0.
 *
 * @throws where wrk is not installed, or a request fails
 */
export async function measure(load: Load): Promise<Measured> {
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-bench-"));
  try {
    const script = join(directory, "load.lua");
    await writeFile(script, luaScript(load));
    const { connections, seconds, address } = load;
    const flags = ["--threads=1", `--connections=${connections}`, `--duration=${seconds}s`];
    const { stdout } = await run("wrk", [
      ...flags,
      "--timeout=20s",
      "--script",
      script,
      `http://${address}/`,
    ]).catch((error: Error) => {
      if (!/ENOENT/.test(error.message)) throw error;
      throw new Error("The benchmark needs wrk. Debian and Ubuntu: apt-get install wrk");
    });
    return readReport(stdout, address);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The program that wrk runs: it formats each request once, and reports as JSON. */
function luaScript({ targets, body }: Load): string {
  const rows = targets.map(
    ({ path, host, token }) => `  {${[path, host, token].map(luaText).join(", ")}},`,
  );
  return `local targets = {
${rows.join("\n")}
}
local body = ${luaText(body)}
local formatted = {}
local at = 0
function init()
  for index, target in ipairs(targets) do
    local headers = {
      ["Content-Type"] = "application/json",
      ["Host"] = target[2],
      ["Authorization"] = "Bearer " .. target[3],
    }
    formatted[index] = wrk.format("POST", target[1], headers, body)
  end
end
function request()
  at = at % #formatted + 1
  return formatted[at]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('REPORT {"requests":%d,"microseconds":%d,"failures":%d,"p50":%d,"p99":%d}\\n',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
`;
}

function luaText(text: string): string {
  const level = "=".repeat(3);
  return `[${level}[${text}]${level}]`;
}

function readReport(stdout: string, address: string): Measured {
  const report: Record<"requests" | "microseconds" | "failures" | "p50" | "p99", number> =
    JSON.parse(/^REPORT (.*)$/m.exec(stdout)?.[1] ?? "{}");
  if (report.failures > 0)
    throw new Error(`${report.failures} requests to ${address} failed:\n${stdout}`);
  return {
    rate: report.requests / (report.microseconds / 1e6),
    p50: report.p50 / 1_000,
    p99: report.p99 / 1_000,
  };
}
