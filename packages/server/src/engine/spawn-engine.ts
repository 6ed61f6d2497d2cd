import { type ChildProcess, spawn } from "node:child_process";
import { dirname } from "node:path";
import { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../package-root.ts";
import { descriptor, type EngineProcessSettings, settingsVariable } from "./wire/settings.ts";

/** Bun cannot run the process: its server has Node do it. */
const isBun = "bun" in process.versions;

/** How Node runs the process. */
const nodeFlags = [
  // To learn the C library of its host, the binding asks for a report of the process, which would
  // ask for the name of every address on the network.
  "--report-exclude-network",
];

const entry = fileURLToPath(new URL("bundle/engine-process.js", packageRoot));

/** A process that was started, and the two pipes to it. */
interface Spawned {
  readonly child: ChildProcess;
  readonly frames: Duplex;
  readonly alerts: Duplex;
}

/**
 * Starts a process.
 *
 * @param largeReplies the descriptor of the file that it leaves large replies in, if there is one
 * @returns undefined where the system has no descriptors or no memory for one
 */
export function spawnEngine(
  settings: EngineProcessSettings,
  largeReplies: number | "ignore",
): Spawned | undefined {
  try {
    return spawned(settings, largeReplies);
  } catch {
    return undefined;
  }
}

function spawned(settings: EngineProcessSettings, largeReplies: number | "ignore"): Spawned {
  const child = spawn(isBun ? "node" : process.execPath, [...nodeFlags, entry], {
    // The directory that the server was started in may be gone when this process is replaced.
    cwd: dirname(entry),
    env: { ...environment(), [settingsVariable]: JSON.stringify(settings) },
    stdio: ["ignore", "inherit", "inherit", "pipe", "pipe", largeReplies],
  });
  // Some failures are told here, others are thrown; either way there are no pipes.
  child.on("error", () => {});
  return {
    child,
    frames: duplex(child, descriptor.frames),
    alerts: duplex(child, descriptor.alerts),
  };
}

/**
 * The environment of the process: not the options of the command, a token among them, and not the
 * certificates, which Node reads before all else, for longer than the rest of the start takes.
 */
function environment(): NodeJS.ProcessEnv {
  const isOurs = (name: string) => name.startsWith("LOGICALDB_") || name === "NODE_EXTRA_CA_CERTS";
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOurs(name)));
}

/** A pipe to the process. Node makes them both ways, and types them as readable. */
function duplex(child: ChildProcess, pipe: number): Duplex {
  const stream = child.stdio[pipe];
  if (!(stream instanceof Duplex)) throw new Error(`The engine process has no pipe ${pipe}`);
  return stream;
}
