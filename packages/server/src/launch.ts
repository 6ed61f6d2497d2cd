import { takeDataDirectory } from "./data-directory/data-directory.ts";
import { EmbeddedEngine } from "./engine/embedded-engine.ts";
import { openDatabaseLimit } from "./engine/open-files.ts";
import { completeOptions } from "./options/complete.ts";
import type { GivenOptions, ServerOptions } from "./options/options.ts";
import type { ServerContext } from "./platform/operation.ts";
import { isLoopback, reachableHost } from "./listening/reachable-host.ts";
import type { RunningServer } from "./running-server.ts";
import { type Undo, undoAll } from "./undo.ts";

/** A server that serves, with what is behind its HTTP. */
export interface Launched {
  readonly server: RunningServer;
  /** What its operations use. */
  readonly context: ServerContext;
  /** The directory of the database files. */
  readonly databases: string;
}

/** Starts a server as {@link startServer} does, for whoever has to reach behind its HTTP. */
export async function launch(given: GivenOptions = {}): Promise<Launched> {
  const options = completeOptions(given);
  refuseUnfitToken(options);
  const undo: Undo = [];
  let stopped: Promise<void> | undefined;
  const stop = async () => await (stopped ??= undoAll(undo));
  try {
    const directory = await takeDataDirectory(options.dataDir);
    undo.push(() => directory.release());
    const engine = new EmbeddedEngine({
      directory: directory.databases,
      processes: options.engineProcesses,
      statementTimeout: options.statementTimeout,
      synchronous: options.synchronous,
      openDatabases: openDatabaseLimit(options.limits.engineBytes),
      limits: options.limits,
      streamIdleTimeout: options.patience.streamIdle,
      transactionTimeout: options.patience.transaction,
      stopTimeout: options.patience.stop,
      isSilent: options.logLevel === "silent",
    });
    undo.push(() => engine.stop());
    // Loaded only now, so that the engine's processes load at the same time.
    const { serve } = await import("./serve.ts");
    const { port, minted, metricsUrl, context } = await serve({ options, directory, engine, undo });
    const server: RunningServer = {
      url: `http://${reachableHost(options.host)}:${port}`,
      organization: options.user,
      token: options.token ?? minted,
      dataDir: directory.path,
      metricsUrl,
      stop,
    };
    return { server, context, databases: directory.databases };
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
}

/** A token that no client could send, and one that whoever reaches the server could guess. */
function refuseUnfitToken({ host, token }: ServerOptions): void {
  if (token === undefined) return;
  if (!/^[\w~+/=.-]+$/.test(token)) {
    throw new RangeError("A --token has letters, digits and - . _ ~ + / = only, and at least one");
  }
  if (isLoopback(host) || token.length >= 24) return;
  throw new RangeError(
    `A --token of fewer than 24 characters is refused on ${host}, which others can reach`,
  );
}
