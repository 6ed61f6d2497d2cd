import { InvalidArgumentError, type Option } from "commander";
import { duration, flag, positiveInteger } from "./flags.ts";
import { keysOf } from "../tools/keys-of.ts";
import {
  defaultLimits,
  defaultPatience,
  limitRanges,
  type Limits,
  type Patience,
} from "../options/limits.ts";

interface LimitFlag {
  readonly unit: string;
  readonly description: string;
}

const limitFlags: Readonly<Record<keyof Limits, LimitFlag>> = {
  requestBytes: { unit: "bytes", description: "size of a request to a database" },
  responseBytes: { unit: "bytes", description: "size of the rows of one reply" },
  responseRows: { unit: "number", description: "rows that one statement returns in a reply" },
  statements: { unit: "number", description: "statements of one pipeline or batch" },
  sqlLength: { unit: "characters", description: "text of one SQL statement" },
  parameters: { unit: "number", description: "parameters of one SQL statement" },
  databaseStreams: { unit: "number", description: "streams left open on one database" },
  streams: { unit: "number", description: "streams left open in all" },
  concurrentRequests: { unit: "number", description: "requests served at a time" },
  bufferedBytes: { unit: "bytes", description: "requests under way and unread answers, in all" },
  databaseBytes: { unit: "bytes", description: "size of the file of one database" },
  engineBytes: {
    unit: "bytes",
    description: "memory of one engine process, before it is replaced",
  },
};

interface PatienceFlag {
  readonly name: string;
  readonly description: string;
}

const patienceFlags: Readonly<Record<keyof Patience, PatienceFlag>> = {
  header: { name: "header-timeout", description: "wait for the header of a request" },
  keepAlive: {
    name: "keep-alive-timeout",
    description: "wait for the next request of a connection",
  },
  reader: {
    name: "reader-timeout",
    description: "wait for a client that takes nothing of its answer",
  },
  streamIdle: {
    name: "stream-idle-timeout",
    description: "wait for the next request of a stream over HTTP",
  },
  transaction: {
    name: "transaction-timeout",
    description: "how long a writer may hold the lock while another waits",
  },
  socketPing: {
    name: "socket-ping-interval",
    description: "how often a WebSocket is asked whether its client is there",
  },
  stop: {
    name: "stop-timeout",
    description: "wait for requests under way when the server stops",
  },
};

/** The flags for limits and patience; what they are given gathers in `limits` and `patience`. */
export class LimitFlags {
  readonly limits: Partial<Record<keyof Limits, number>> = {};
  readonly patience: Partial<Record<keyof Patience, number>> = {};

  /** The flags, to be added to a command. */
  get options(): Option[] {
    return [
      ...keysOf(limitFlags).map((key) => this.#limit(key)),
      ...keysOf(patienceFlags).map((key) => this.#patience(key)),
    ];
  }

  #limit(key: keyof Limits): Option {
    const { unit, description } = limitFlags[key];
    const { least, most = Infinity } = limitRanges[key];
    const name = `--max-${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return flag(`${name} <${unit}>`, description)
      .default(defaultLimits[key])
      .argParser((text) => (this.limits[key] = within(positiveInteger(text), least, most)));
  }

  #patience(key: keyof Patience): Option {
    const { name, description } = patienceFlags[key];
    const milliseconds = defaultPatience[key];
    return flag(`--${name} <duration>`, description)
      .default(milliseconds, `${milliseconds / 1_000}s`)
      .argParser((text) => (this.patience[key] = duration(text)));
  }
}

function within(number: number, least: number, most: number): number {
  if (number < least) throw new InvalidArgumentError(`Write a number from ${least} on.`);
  if (number > most) throw new InvalidArgumentError(`Write a number up to ${most}.`);
  return number;
}
