import {
  type Database,
  type DatabasesResource,
  type Resources,
  resources,
} from "@logicaldb/contract";
import type { MethodOptions } from "./calls.ts";
import { systemClock } from "./clock.ts";
import { type ClientOptions, openConnection } from "./connection.ts";
import { type EnsureInput, ensureDatabase } from "./ensure.ts";
import { segment } from "./path.ts";
import { resourceSender } from "./sender.ts";
import { resilience, type ResilienceOptions } from "./transport/resilience.ts";
import { type ConnectInput, type DatabaseConnection, databaseConnections } from "./connect.ts";

/** What a platform is made from. */
export interface PlatformOptions extends Omit<ClientOptions, "use">, ResilienceOptions {
  /** The slug of the organization that all methods are about. */
  organization: string;
}

/** The API by resource, made by {@link createPlatform}. The contract documents each method. */
export interface Platform extends Omit<Resources<MethodOptions>, "databases"> {
  readonly databases: Databases;
  /** The slug of the organization that all methods are about. */
  readonly organization: string;
}

/** The methods of `databases`, with what provisioning needs besides. */
export interface Databases extends DatabasesResource<MethodOptions> {
  /**
   * Returns the database of this name once it answers queries. It is created where there is none,
   * and so is its primary; what fails in passing is tried twice more. May be called again, and by
   * many at the same time.
   *
   * @param name Name of the logical database.
   * @param input Where the primary is created, if there is none yet.
   */
  readonly ensure: (name: string, input: EnsureInput, options?: MethodOptions) => Promise<Database>;
  /**
   * Returns what `createClient` of `@libsql/client` takes. The token comes from a cache, which
   * renews it when four fifths of its time are over, or later while the server is away, and after
   * `tokens.invalidateAll`, `create` or `destroy` of this platform.
   *
   * @param name Name of the logical database.
   * @param input What the token allows and for how long, as in `databases.tokens.mint`.
   */
  connect(name: string, input?: ConnectInput, options?: MethodOptions): Promise<DatabaseConnection>;
}

/**
 * Makes a client that has a method for each operation. Nothing is sent until the first call.
 *
 * @throws TypeError where an option cannot be used
 */
export function createPlatform(options: PlatformOptions): Platform {
  const { organization, clock = systemClock } = options;
  // What no path can hold is told now, and not by the first call.
  segment("organization", organization);
  const connection = openConnection({ ...options, use: resilience(options) });
  const all = resources(resourceSender(connection, organization));
  const { databases } = all;
  const { tokens } = databases;
  const { connect, forget } = databaseConnections(databases, connection, clock);
  const forgetAfter = <Answer>(name: string, request: Promise<Answer>) =>
    request.finally(() => forget(name));
  return {
    ...all,
    databases: {
      ...databases,
      tokens: {
        ...tokens,
        invalidateAll: (name, more) => forgetAfter(name, tokens.invalidateAll(name, more)),
      },
      // What had the name before is gone.
      // Async, so that it rejects where there is no input.
      create: async (input, more) => forgetAfter(input.name, databases.create(input, more)),
      destroy: (name, more) => forgetAfter(name, databases.destroy(name, more)),
      ensure: ensureDatabase(all, clock, forget),
      connect,
    },
    organization,
  };
}
