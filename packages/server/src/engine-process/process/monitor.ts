import { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { encodeAlert } from "../../engine/wire/alerts.ts";
import { ProgressReader } from "./progress.ts";

/** What the main thread hands its monitor. */
export interface MonitorData {
  readonly memory: SharedArrayBuffer;
  /** The pipe to the gateway, for what the main thread cannot say while SQL blocks it. */
  readonly alertDescriptor: number;
  /** How long one statement may run, in milliseconds. */
  readonly statementTimeout: number;
}

/** Work that holds the main thread up longer than this gives its queue to other processes. */
const patience = 50;
const pollInterval = 15;

function isMonitorData(data: unknown): data is MonitorData {
  return typeof data === "object" && data !== null && "memory" in data;
}

/** Watches the main thread from a thread of its own, which no statement can block. */
function watch({ memory, alertDescriptor, statementTimeout }: MonitorData): void {
  const progress = new ProgressReader(memory);
  const gateway = new Socket({ fd: alertDescriptor, readable: true, writable: true });
  gateway.on("error", () => process.kill(process.pid, "SIGKILL"));
  // The gateway is gone, and the main thread may never come round to noticing.
  gateway.on("end", () => setTimeout(() => process.kill(process.pid, "SIGKILL"), 1_000));
  gateway.resume();

  let section = 0;
  let sectionSince = 0;
  let statement = 0;
  let statementSince = 0;
  setInterval(() => {
    const now = performance.now();
    const seen = progress.glimpse();
    if (seen.section === 0 || (seen.section !== section && !seen.isTakenOver)) {
      section = seen.section;
      sectionSince = now;
      statementSince = now;
    }
    if (seen.statement !== statement) {
      statement = seen.statement;
      statementSince = now;
    }
    if (seen.section === 0) return;

    if (!seen.isTakenOver && now - sectionSince >= patience) {
      const position = progress.takeOver(section);
      if (position !== undefined) gateway.write(encodeAlert({ kind: "held-up", ...position }));
    }
    if (now - statementSince >= statementTimeout) {
      gateway.write(encodeAlert({ kind: "timed-out", running: seen.running }), () => {
        process.kill(process.pid, "SIGKILL");
      });
    }
  }, pollInterval);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it goes to a thread
  parentPort?.postMessage("watching");
}

if (isMonitorData(workerData)) watch(workerData);
