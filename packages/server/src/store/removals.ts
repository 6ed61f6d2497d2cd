import { asc, eq } from "drizzle-orm";
import type { Store } from "./store.ts";
import { removals } from "./schema.ts";

/**
 * Databases that were destroyed, but whose storage may still be there because the process ended,
 * or the engine failed, before it was removed.
 *
 * @returns their `DbId`s
 */
export async function pendingRemovals({ db }: Store): Promise<string[]> {
  const rows = await db.select().from(removals).orderBy(asc(removals.databaseId));
  return rows.map((row) => row.databaseId);
}

/** Notes that the storage of a destroyed database is gone. */
export async function removalDone({ db }: Store, databaseId: string): Promise<void> {
  await db.delete(removals).where(eq(removals.databaseId, databaseId));
}
