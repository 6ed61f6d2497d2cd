import { availableParallelism } from "node:os";
import { defaultLimits, defaultPatience, type Limits, type Patience } from "./limits.ts";

/** How a server is to run; all but `now` are flags of the `logicaldb` command. */
export interface ServerOptions {
  /** The TCP port; 0 picks a free one. */
  readonly port: number;
  /** The address to listen on. */
  readonly host: string;
  /** The TCP port of metrics for Prometheus; 0 picks a free one; undefined: there are none. */
  readonly metricsPort: number | undefined;
  /** The address that metrics listen on. */
  readonly metricsHost: string;
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
  /** Whether a commit is on the disk before its client hears of it (`full`), or soon after. */
  readonly synchronous: "normal" | "full";
  readonly limits: Limits;
  readonly patience: Patience;
  /** Whether errors can be had on demand, at `/_local/faults`. */
  readonly faults: boolean;
  /** Milliseconds since 1970, as the server is to see them; tests turn this clock. */
  readonly now: () => number;
  readonly logLevel: "silent" | "error" | "warn" | "info" | "debug";
}

/** What of the options differs from the defaults. */
export type GivenOptions = Given<Omit<ServerOptions, "limits" | "patience">> & {
  readonly limits?: Given<Limits> | undefined;
  readonly patience?: Given<Patience> | undefined;
};

/** Some of the options; what is undefined is not given. */
export type Given<Options> = { readonly [Name in keyof Options]?: Options[Name] | undefined };

/** What holds where nothing is said. */
export const defaultOptions: ServerOptions = {
  port: 8080,
  host: "127.0.0.1",
  metricsPort: undefined,
  metricsHost: "127.0.0.1",
  dataDir: ".logicaldb",
  token: undefined,
  user: "local",
  addressing: "auto",
  domain: undefined,
  statementTimeout: 30_000,
  // At least two, so that a statement that runs long leaves one to the others.
  engineProcesses: Math.max(2, availableParallelism() - 1),
  synchronous: "normal",
  limits: defaultLimits,
  patience: defaultPatience,
  faults: false,
  now: Date.now,
  logLevel: "warn",
};
