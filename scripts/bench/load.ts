import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";

/** A load of equal requests. */
export interface Load {
  readonly url: string;
  readonly body: string;
  readonly token: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface Measured {
  /** Requests per second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p99: number;
  readonly failures: number;
}

interface Report {
  readonly requests: { readonly average: number };
  readonly latency: { readonly p99: number };
  readonly non2xx: number;
  readonly errors: number;
}

const run = promisify(execFile);
const autocannon = createRequire(import.meta.url).resolve("autocannon/autocannon.js");

/** Sends a load from a process of its own, so that it shares no event loop with what it measures. */
export async function measure(load: Load): Promise<Measured> {
  const { stdout } = await run(process.execPath, [
    autocannon,
    "--json",
    `--connections=${load.connections}`,
    `--duration=${load.seconds}`,
    "--method=POST",
    `--body=${load.body}`,
    "--headers=content-type=application/json",
    `--headers=authorization=Bearer ${load.token}`,
    load.url,
  ]);
  const report: Report = JSON.parse(stdout);
  return {
    rate: report.requests.average,
    p99: report.latency.p99,
    failures: report.non2xx + report.errors,
  };
}
