import { ne, or, sql } from "drizzle-orm";
import type { Store } from "./store.ts";
import {
  accounts,
  apiTokens,
  databases,
  hostnames,
  instances,
  members,
  organizations,
  removals,
} from "./schema.ts";

/**
 * Forgets, in one transaction, all but one account with its platform tokens and its personal
 * organization. The storage of the databases is noted for removal.
 */
export async function resetStore({ db, routes }: Store, username: string): Promise<void> {
  await db.batch([
    db
      .insert(removals)
      // SQLite reads ON CONFLICT after a SELECT only behind a WHERE.
      .select(
        db
          .select({ databaseId: databases.id })
          .from(databases)
          .where(sql`true`),
      )
      .onConflictDoNothing(),
    db.delete(hostnames),
    db.delete(instances),
    db.delete(databases),
    db
      .delete(members)
      .where(or(ne(members.username, username), ne(members.organization, username))),
    db.delete(organizations).where(ne(organizations.slug, username)),
    db.delete(apiTokens).where(ne(apiTokens.username, username)),
    db.delete(accounts).where(ne(accounts.username, username)),
  ]);
  routes.clear();
}
