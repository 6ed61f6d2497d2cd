import { fileURLToPath } from "node:url";
import { max } from "drizzle-orm";
import { integer, sqliteTable } from "drizzle-orm/sqlite-core";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { drizzle, type SqliteRemoteDatabase } from "drizzle-orm/sqlite-proxy";
import { migrate } from "drizzle-orm/sqlite-proxy/migrator";
import { packageRoot } from "../package-root.ts";
import { type Connection, openConnection } from "./connection.ts";
import { Reserve } from "./reserve.ts";
import { RouteCache } from "./route-cache.ts";
import { loadRoute } from "./routes.ts";
import type { Store } from "./store.ts";

export interface StoreOptions {
  /** `file:/path/to/store.db`. */
  readonly url: string;
  /** Whether a change is on the disk before it is told (`full`), or soon after. */
  readonly synchronous?: "normal" | "full";
  /** Where the file lies that keeps space for the store, if there is to be one. */
  readonly reserve?: string | undefined;
}

/** How long a statement waits for another process, such as `logicaldb token`, to finish writing. */
const busyTimeoutMs = 5_000;

const migrationFiles = fileURLToPath(new URL("migrations", packageRoot));

/**
 * Opens the store, makes it if it is not there, and brings its tables up to date. Its directory must
 * exist.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const reserve = options.reserve === undefined ? undefined : new Reserve(options.reserve);
  const connection = openConnection(options.url, { timeout: busyTimeoutMs, reserve });
  try {
    configure(connection, options);
    const db = drizzle(
      async (sql, params, method) => {
        // Its type has no way to say that there is no row.
        if (method === "get") throw new Error("The store asks for `all` rows and takes the first");
        return connection.execute({ sql, params });
      },
      async (queries) => connection.batch(queries),
    );
    await bringUpToDate(db, connection);
    reserve?.take();
    const routes = new RouteCache((label) => loadRoute(db, label));
    return { db, routes, close: () => connection.close() };
  } catch (error) {
    connection.close();
    throw error;
  }
}

function configure(connection: Connection, { synchronous = "normal" }: StoreOptions): void {
  connection.configure("PRAGMA journal_mode = WAL");
  // With a write-ahead log, what was committed survives the death of this process without an
  // fsync; `full` makes every change five times slower to also survive a power cut.
  connection.configure(`PRAGMA synchronous = ${synchronous}`);
  connection.configure("PRAGMA foreign_keys = ON");
}

async function bringUpToDate(db: SqliteRemoteDatabase, connection: Connection): Promise<void> {
  const run = async (queries: string[]) => {
    connection.batch(queries.map((sql) => ({ sql, params: [] })));
  };
  const bringUp = () => migrate(db, run, { migrationsFolder: migrationFiles });
  try {
    await bringUp();
  } catch {
    // Another process may have made the tables between our look and our attempt. If that was it,
    // there is nothing left to do now; if not, the same error comes again.
    await bringUp();
  }
  await refuseNewer(db);
}

/** Where the migrations are noted that were applied. */
const applied = sqliteTable("__drizzle_migrations", { createdAt: integer("created_at") });

/** A later version may mean something else by the same tables. */
async function refuseNewer(db: SqliteRemoteDatabase): Promise<void> {
  const known = readMigrationFiles({ migrationsFolder: migrationFiles }).map(
    (each) => each.folderMillis,
  );
  const [row] = await db.select({ newest: max(applied.createdAt) }).from(applied);
  if ((row?.newest ?? 0) <= Math.max(...known)) return;
  throw new Error(
    "store.db was written by a later version of logicaldb: start that, or restore a backup of before",
  );
}
