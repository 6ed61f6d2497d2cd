import type { OperationId } from "@logicaldb/contract";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { EngineProcess } from "../engine/engine-process.ts";
import type { Traffic } from "../gateway/traffic.ts";
import { countDatabases } from "../store/databases.ts";
import type { Store } from "../store/store.ts";
import { residentMemory } from "./resident-memory.ts";

/** Operations take a millisecond or a few; those that wait for an engine process, up to seconds. */
const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Where the numbers are. */
export interface MetricsSources {
  readonly version: string;
  readonly traffic: Traffic;
  readonly store: Store;
  readonly engine: { readonly processes: readonly EngineProcess[] };
}

/**
 * What Prometheus is told of a server. Most numbers are looked up when it asks. None of them names a
 * tenant: there would be as many series as tenants.
 */
export class Metrics {
  readonly #sources: MetricsSources;
  readonly #registry = new Registry();
  readonly #operations: Histogram<"operation" | "status">;
  #started = 0;

  constructor(sources: MetricsSources) {
    this.#sources = sources;
    this.#operations = new Histogram({
      name: "logicaldb_platform_request_duration_seconds",
      help: "Requests to the Platform API, by operation and status",
      labelNames: ["operation", "status"],
      buckets: durations,
      registers: [this.#registry],
    });
    this.#addInfo();
    this.#addTraffic();
    this.#addEngine();
    collectDefaultMetrics({ register: this.#registry });
  }

  /** The media type of what {@link read} gives. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All of it, as Prometheus reads it. */
  async read(): Promise<string> {
    return await this.#registry.metrics();
  }

  /** An operation of the Platform API was answered. */
  answered(operation: OperationId, status: number, milliseconds: number): void {
    const labels = { operation, status: statusClass(Math.trunc(status / 100)) };
    this.#operations.observe(labels, milliseconds / 1_000);
  }

  #addInfo(): void {
    const { version, store } = this.#sources;
    new Gauge({
      name: "logicaldb_info",
      help: "1, with the version of the server",
      labelNames: ["version"],
      registers: [this.#registry],
    }).set({ version }, 1);
    this.#gauge("logicaldb_databases", "Databases that there are", async () => {
      return await countDatabases(store);
    });
  }

  #addTraffic(): void {
    const { traffic } = this.#sources;
    const requests = this.#counter(
      "logicaldb_database_requests_total",
      "Requests to databases over HTTP that were answered, by endpoint and status",
      ["endpoint", "status"],
      () => {
        for (const [endpoint, counts] of Object.entries(traffic.answers)) {
          for (const [first, count] of counts.entries()) {
            if (count > 0) requests.inc({ endpoint, status: statusClass(first) }, count);
          }
        }
      },
    );
    const failures = this.#counter(
      "logicaldb_database_failures_total",
      "Requests to databases that failed as a whole or were broken off, by code; messages over WebSocket where their engine process ended",
      ["code"],
      () => {
        for (const [code, count] of traffic.failures) failures.inc({ code }, count);
      },
    );
    const messages = this.#counter(
      "logicaldb_websocket_messages_total",
      "Messages of clients over WebSocket",
      [],
      () => messages.inc(traffic.messages),
    );
    this.#gauge(
      "logicaldb_websocket_connections",
      "Clients connected over WebSocket",
      () => traffic.channels,
    );
  }

  #addEngine(): void {
    const { engine } = this.#sources;
    const sum = (count: (process: EngineProcess) => number) => () =>
      engine.processes.reduce((total, process) => total + count(process), 0);
    this.#gauge(
      "logicaldb_engine_processes",
      "Engine processes that serve",
      sum(({ hasServed, isGone }) => Number(hasServed && !isGone)),
    );
    this.#gauge(
      "logicaldb_engine_processes_held_up",
      "Engine processes in which a statement runs long",
      sum(({ isHeldUp }) => Number(isHeldUp)),
    );
    this.#gauge(
      "logicaldb_engine_requests",
      "Requests and messages that run or wait in engine processes",
      sum(({ load }) => load),
    );
    this.#gauge(
      "logicaldb_streams",
      "Streams that are left open",
      sum(({ occupants }) => occupants.streams),
    );
    this.#gauge("logicaldb_databases_in_use", "Databases with open streams or requests", () => {
      return new Set(engine.processes.flatMap(({ databases }) => [...databases])).size;
    });
    const started = this.#counter(
      "logicaldb_engine_processes_started_total",
      "Engine processes that were started, to take the place of others too",
      [],
      () => started.inc(this.#countStarted()),
    );
    const memory = new Gauge({
      name: "logicaldb_engine_process_resident_memory_bytes",
      help: "Memory of each engine process; the log names them by the same number",
      labelNames: ["engine"],
      registers: [this.#registry],
      collect: async () => {
        const sizes = await Promise.all(engine.processes.map(sizeOf));
        memory.reset();
        for (const { incarnation, bytes } of sizes) {
          if (bytes !== undefined) memory.set({ engine: incarnation }, bytes);
        }
      },
    });
  }

  /** They are numbered from 1; the last of them may be gone. */
  #countStarted(): number {
    const numbers = this.#sources.engine.processes.map(({ incarnation }) => incarnation);
    this.#started = Math.max(this.#started, ...numbers);
    return this.#started;
  }

  #gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect: async () => gauge.set(await read()),
    });
  }

  /** @param count adds what has been counted since the start */
  #counter<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    count: () => void,
  ): Counter<Label> {
    const counter: Counter<Label> = new Counter({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect: () => {
        counter.reset();
        count();
      },
    });
    return counter;
  }
}

async function sizeOf({ incarnation, pid }: EngineProcess) {
  return { incarnation, bytes: pid === undefined ? undefined : await residentMemory(pid) };
}

function statusClass(first: number): string {
  return `${first}xx`;
}
