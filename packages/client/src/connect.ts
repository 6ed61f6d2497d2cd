import type { DatabasesResource, TokenAuthorization } from "@logicaldb/contract";
import type { MethodOptions } from "./calls.ts";
import { abortable } from "./abortable.ts";
import type { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { checkInput } from "./input.ts";
import { isPassing } from "./passing.ts";
import { plain } from "./transport/send.ts";
import { checkTries } from "./transport/tries.ts";
import { wrongAnswer } from "./wrong-answer.ts";

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
  /** What is being asked for, by how long and how often it is tried. */
  readonly pending: Record<string, Promise<DatabaseConnection> | undefined>;
  known?: Known;
}

/** A connection, and how long it is good. */
interface Known {
  readonly opened: DatabaseConnection;
  /** When a new token is due. */
  renewAt: number;
  /** When this one ends. */
  readonly endsAt: number;
}

/** Makes `databases.connect`, and what forgets the tokens of a database. */
export function databaseConnections(
  databases: DatabasesResource<MethodOptions>,
  connection: Pick<Connection, "databaseUrl">,
  clock: Clock,
) {
  const entries = new Map<string, Entry>();

  return { connect, forget };

  /** Calls at the same time share one request, where they try equally long and often. */
  async function connect(
    name: string,
    given: ConnectInput = {},
    { signal, ...options }: MethodOptions = {},
  ): Promise<DatabaseConnection> {
    signal?.throwIfAborted();
    checkInput(given);
    checkTries(options);
    const { renew, ...input } = given;
    if (renew) forget(name);
    // Other headers may mean another caller, who may do less.
    const key = JSON.stringify([name, input, plain(options.headers)]);
    const entry: Entry = entries.get(key) ?? { name, pending: {} };
    // Used last, it comes last. Of more than so many, those used longest ago are forgotten.
    entries.delete(key);
    entries.set(key, entry);
    const [oldest = ""] = entries.keys();
    if (entries.size > 10_000) entries.delete(oldest);
    const { known, pending } = entry;
    if (known && clock.now() < known.renewAt) return { ...known.opened };
    const tries = `${options.timeout},${options.retries}`;
    const opening = (pending[tries] ??= open(entry, input, options).finally(() => {
      delete pending[tries];
    }));
    // One that gives up does not take the answer from the others that wait for it.
    const opened = await abortable(opening, signal).catch((problem: unknown) => {
      if (!(known && clock.now() < known.endsAt && isPassing(problem))) throw problem;
      // Not every call waits for a server that is away.
      known.renewAt = (clock.now() + known.endsAt) / 2;
      return known.opened;
    });
    return { ...opened };
  }

  async function open(entry: Entry, input: ConnectInput, options: MethodOptions) {
    const asked = clock.now();
    const [database, authToken] = await Promise.all([
      databases.get(entry.name, options),
      databases.tokens.mint(entry.name, input, options),
    ]);
    if (!database.Hostname) {
      throw wrongAnswer("GET /v1/organizations/{org_slug}/databases/{db_name}", {}, "Hostname");
    }
    const opened = { url: connection.databaseUrl(database), authToken };
    try {
      const [, payload = ""] = authToken.split(".");
      const { exp = Infinity, iat = asked / 1_000 }: { exp?: number; iat?: number } = JSON.parse(
        atob(payload.replaceAll("-", "+").replaceAll("_", "/")),
      );
      const life = (exp - iat) * 1_000;
      // From when it was asked for: the clocks of client and server need not agree.
      entry.known = { opened, renewAt: asked + life * 0.8, endsAt: asked + life };
    } catch {
      // It cannot be read. The next one asks again.
    }
    return opened;
  }

  /** Forgets the tokens of a database. */
  function forget(name: string): void {
    for (const [key, entry] of entries) {
      if (entry.name === name) entries.delete(key);
    }
  }
}
