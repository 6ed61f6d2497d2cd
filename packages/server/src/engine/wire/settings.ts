import type { EngineLimits } from "../../options/limits.ts";

/** What the gateway tells an engine process at its start. */
export interface EngineProcessSettings {
  /** Where the database files lie. */
  readonly directory: string;
  /** The number of this process among all that the gateway ever started. */
  readonly incarnation: number;
  /** How many engine processes share the databases. */
  readonly processes: number;
  /** Whether a commit is on the disk before its client hears of it. */
  readonly synchronous: "normal" | "full";
  /** How long one statement may run, in milliseconds. */
  readonly statementTimeout: number;
  /** How many databases stay open at a time. */
  readonly openDatabases: number;
  readonly limits: EngineLimits;
  /** A stream over HTTP that is left open this long, in milliseconds, is closed. */
  readonly streamIdleTimeout: number;
  /** A writer that holds the lock longer than this, in milliseconds, gives way to one that waits. */
  readonly transactionTimeout: number;
  /** For how long it tells what it runs, in milliseconds; 0 unless another failed not long ago. */
  readonly watchTime: number;
  /** Failures are not reported to whoever runs the server. */
  readonly isSilent?: boolean;
}

/** The environment variable that carries the settings, as JSON. */
export const settingsVariable = "LOGICALDB_ENGINE_SETTINGS";

/** The pipes, and the file, that an engine process is started with, by descriptor. */
export const descriptor = { frames: 3, alerts: 4, largeReplies: 5 } as const;

/** Reads the settings from the environment. */
export function readSettings(): EngineProcessSettings {
  const settings: EngineProcessSettings = JSON.parse(process.env[settingsVariable] ?? "{}");
  return settings;
}
