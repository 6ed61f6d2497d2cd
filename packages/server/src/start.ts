import { launch } from "./launch.ts";
import type { GivenOptions } from "./options/options.ts";
import type { RunningServer } from "./running-server.ts";

/**
 * Starts a server; it serves when the promise resolves.
 *
 * @param given what differs from `defaultOptions`
 * @throws DataDirectoryInUse, DataDirectoryUnusable, CannotListen, EngineCannotStart, or
 *   RangeError for what no server can keep to
 */
export async function startServer(given: GivenOptions = {}): Promise<RunningServer> {
  const { server } = await launch(given);
  return server;
}
