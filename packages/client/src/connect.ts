import type { DatabasesResource, TokenAuthorization } from "@logicaldb/contract";
import type { MethodOptions } from "./calls.ts";
import { abortable } from "./abortable.ts";
import type { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { checkInput } from "./input.ts";
import { plain } from "./transport/send.ts";

/** What `databases.connect` takes. */
export interface ConnectInput {
  /** What the token allows: everything, unless given. */
  authorization?: TokenAuthorization | undefined;
  /** How long the token is good for, such as `1h`. For ever, unless given. */
  expiration?: string | undefined;
  /** Mints a new token even where the cache has one, as after an invalidation elsewhere. */
  renew?: boolean | undefined;
}

/** What `createClient` of `@libsql/client` takes. */
export interface DatabaseConnection {
  /** Where the database is: `libsql://…`, or `http://…` where the API itself is plain HTTP. */
  url: string;
  /** A database token: see `expiration` for how long it is good. */
  authToken: string;
}

interface Entry {
  readonly name: string;
  readonly connection: Promise<DatabaseConnection>;
  /** When a new token is due. */
  renewAt: number;
}

/** How many connections are remembered. Those used longest ago are forgotten first. */
const capacity = 10_000;

/** Makes `databases.connect`, and what forgets the tokens of a database. */
export function databaseConnections(
  databases: DatabasesResource<MethodOptions>,
  connection: Pick<Connection, "databaseUrl">,
  clock: Clock,
) {
  const entries = new Map<string, Entry>();

  return { connect, forget };

  /** Calls at the same time share one request. */
  async function connect(
    name: string,
    given: ConnectInput = {},
    { signal, ...options }: MethodOptions = {},
  ): Promise<DatabaseConnection> {
    signal?.throwIfAborted();
    checkInput(given);
    const { renew, ...input } = given;
    // Other headers may mean another caller, who may do less.
    const key = JSON.stringify([name, input, plain(options.headers)]);
    let entry = renew ? undefined : entries.get(key);
    if (!(entry && clock.now() < entry.renewAt)) {
      entry = begin(key, { name, connection: open(name, input, options), renewAt: Infinity });
    }
    // Used last, it comes last.
    entries.delete(key);
    entries.set(key, entry);
    const [oldest = ""] = entries.keys();
    if (entries.size > capacity) entries.delete(oldest);
    // One that gives up does not take the answer from the others that wait for it.
    return { ...(await abortable(entry.connection, signal)) };
  }

  async function open(name: string, input: ConnectInput, options: MethodOptions) {
    const [database, authToken] = await Promise.all([
      databases.get(name, options),
      databases.tokens.mint(name, input, options),
    ]);
    return { url: connection.databaseUrl(database), authToken };
  }

  /** Sees to it that the entry ends in time. */
  function begin(key: string, entry: Entry): Entry {
    const asked = clock.now();
    entry.connection
      .then(({ authToken }) => {
        const payload = String(authToken.split(".")[1]).replaceAll("-", "+").replaceAll("_", "/");
        const { exp = Infinity, iat = asked / 1_000 }: { exp?: number; iat?: number } = JSON.parse(
          atob(payload),
        );
        // A part of its time, not its end: the clocks of client and server need not agree.
        entry.renewAt = asked + 800 * (exp - iat);
      })
      .catch(() => {
        // Whoever waits is told, or has a token that cannot be read. The next one asks again.
        if (entries.get(key) === entry) entries.delete(key);
      });
    return entry;
  }

  /** Forgets the tokens of a database. */
  function forget(name: string): void {
    for (const [key, entry] of entries) if (entry.name === name) entries.delete(key);
  }
}
