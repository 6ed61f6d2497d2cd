import { fileURLToPath } from "node:url";
import { type Client, createClient } from "@libsql/client/sqlite3";
import type { LibSQLDatabase } from "drizzle-orm/libsql";
import { migrate } from "drizzle-orm/libsql/migrator";
import { drizzle } from "drizzle-orm/libsql/sqlite3";
import { packageRoot } from "../package-root.ts";
import { RouteCache } from "./route-cache.ts";
import { loadRoute } from "./routes.ts";

/** What the Platform API knows: organizations, databases, instances, tokens. */
export interface Store {
  readonly db: LibSQLDatabase;
  /** What `findRoute` has found out already. */
  readonly routes: RouteCache;
  /** Ends all connections. Calls that are under way fail. */
  close(): void;
}

export interface StoreOptions {
  /** `file:/path/to/store.db`. */
  readonly url: string;
  /** Whether a change is on the disk before it is told (`full`), or soon after. */
  readonly synchronous?: "normal" | "full";
}

/** How long a statement waits for another process, such as `logicaldb token`, to finish writing. */
const BUSY_TIMEOUT_MS = 5_000;

const MIGRATIONS = fileURLToPath(new URL("migrations", packageRoot));

/**
 * Opens the store, makes it if it is not there, and brings its tables up to date. Its directory must
 * exist.
 *
 * Nothing here may use `client.transaction()`: for files it abandons a connection each time. What
 * has to be atomic goes through `db.batch()`.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  // Calls are synchronous, so more connections would not make anything faster, and the settings
  // hold for one connection only.
  const client = createClient({ url: options.url, concurrency: 1, timeout: BUSY_TIMEOUT_MS });
  try {
    await prepare(client, options);
    const db = drizzle(client);
    await bringUpToDate(db);
    const routes = new RouteCache((label) => loadRoute(db, label));
    return { db, routes, close: () => client.close() };
  } catch (error) {
    client.close();
    throw error;
  }
}

async function prepare(client: Client, { synchronous = "normal" }: StoreOptions): Promise<void> {
  await client.execute("PRAGMA journal_mode = WAL");
  // With a write-ahead log, what was committed survives the death of this process without an
  // fsync; `full` makes every change five times slower to also survive a power cut.
  await client.execute(`PRAGMA synchronous = ${synchronous}`);
  await client.execute("PRAGMA foreign_keys = ON");
}

async function bringUpToDate(db: LibSQLDatabase): Promise<void> {
  try {
    await migrate(db, { migrationsFolder: MIGRATIONS });
  } catch {
    // Another process may have made the tables between our look and our attempt. If that was it,
    // there is nothing left to do now; if not, the same error comes again.
    await migrate(db, { migrationsFolder: MIGRATIONS });
  }
}
