import { eq, sql } from "drizzle-orm";
import type { Store } from "./store.ts";
import { prepared } from "./prepared.ts";
import type { Route } from "./route-cache.ts";
import { databases, hostnames } from "./schema.ts";

const routeByLabel = prepared((db) =>
  db
    .select({
      databaseId: databases.id,
      databaseName: databases.name,
      hasPrimary: sql<number>`${databases.regions} <> '[]'`.mapWith(Boolean),
      publicKey: databases.publicKey,
    })
    .from(hostnames)
    .innerJoin(databases, eq(databases.id, hostnames.databaseId))
    .where(eq(hostnames.label, sql.placeholder("label")))
    .prepare(),
);

/** Reads where a host label leads; undefined when it leads nowhere. */
export async function loadRoute(db: Store["db"], label: string): Promise<Route | undefined> {
  const [route] = await routeByLabel({ db }).all({ label });
  return route;
}
