import { availableParallelism } from "node:os";

/** How a server is to run; each is a flag of the `logicaldb` command. */
export interface ServerOptions {
  /** The TCP port; 0 picks a free one. */
  readonly port: number;
  /** The address to listen on. */
  readonly host: string;
  /** Where databases and state are kept; undefined: in a temporary directory, removed at the end. */
  readonly dataDir: string | undefined;
  /** A platform token to accept; undefined: one is minted when the account has none. */
  readonly token: string | undefined;
  /** The account's name, and the slug of its personal organization. */
  readonly user: string;
  /** How `Hostname` names a database. */
  readonly addressing: "auto" | "host" | "path";
  /** The name clients reach the server by, with the port where they need one. */
  readonly domain: string | undefined;
  /** How long one SQL statement may run, in milliseconds. */
  readonly statementTimeout: number;
  /** How many processes run SQL. */
  readonly engineProcesses: number;
  /** How large the body of a request to a database may be, in bytes. */
  readonly maxRequestBytes: number;
  /** How large the rows of one reply may get, in bytes; cursors have no limit. */
  readonly maxResponseBytes: number;
  /** How long clients may keep others waiting; tests shorten these. */
  readonly patience: Patience;
  /** Whether errors can be had on demand, at `/_local/faults`. */
  readonly faults: boolean;
  readonly logLevel: "silent" | "error" | "warn" | "info" | "debug";
}

/** Times in milliseconds; the first two are sqld's. */
export interface Patience {
  /** A stream over HTTP that is left open this long is closed. */
  readonly streamIdle: number;
  /** A writer that holds the lock this long gives way to one that waits. */
  readonly transaction: number;
  /** A WebSocket is asked this often whether its client is still there. */
  readonly socketPing: number;
}

/** What holds where nothing is said. */
export const defaultOptions: ServerOptions = {
  port: 8080,
  host: "127.0.0.1",
  dataDir: ".logicaldb",
  token: undefined,
  user: "local",
  addressing: "auto",
  domain: undefined,
  statementTimeout: 30_000,
  // At least two, so that a statement that runs long leaves one to the others.
  engineProcesses: Math.max(2, availableParallelism() - 1),
  maxRequestBytes: 64 * 1024 * 1024,
  maxResponseBytes: 64 * 1024 * 1024,
  patience: { streamIdle: 10_000, transaction: 5_000, socketPing: 30_000 },
  faults: false,
  logLevel: "warn",
};
