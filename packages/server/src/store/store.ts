import type { SqliteRemoteDatabase } from "drizzle-orm/sqlite-proxy";
import type { RouteCache } from "./route-cache.ts";

/** What the Platform API knows: organizations, databases, instances, tokens. */
export interface Store {
  readonly db: SqliteRemoteDatabase;
  /** Where host labels lead, as far as that is known already. */
  readonly routes: RouteCache;
  /** Ends all connections. Calls that are under way fail. */
  close(): void;
}
