import { eq, sql } from "drizzle-orm";
import type { Store } from "./open.ts";
import { prepared } from "./prepared.ts";
import type { Route } from "./route-cache.ts";
import { databases, hostnames } from "./schema.ts";

export type { Route } from "./route-cache.ts";

/**
 * Where a host label leads. The gateway asks this for every query, so the answer comes at once,
 * without a promise, when it is known already. It is never older than the last acknowledged change.
 *
 * @param label the first label of the host name, or the first segment of the path, in lower case
 * @returns undefined when the label leads nowhere
 */
export function findRoute(
  store: Pick<Store, "routes">,
  label: string,
): Route | undefined | Promise<Route | undefined> {
  return store.routes.find(label);
}

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
