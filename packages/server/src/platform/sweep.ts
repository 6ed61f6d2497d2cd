import type { Engine } from "../engine/engine.ts";
import type { Store } from "../store/store.ts";
import { pendingRemovals, removalDone } from "../store/removals.ts";

/**
 * Removes the storage of databases whose destruction was cut short. Call it when the server
 * starts; calling it at any other time does no harm.
 *
 * @param context `isOver` is asked before each one whether to leave the rest to the next call
 * @returns how many were removed
 * @throws what the engine throws for the first that it cannot remove, after the others; that stays
 *   noted for the next call
 */
export async function sweepRemovals({
  store,
  engine,
  isOver = () => false,
}: {
  readonly store: Store;
  readonly engine: Pick<Engine, "destroy">;
  readonly isOver?: () => boolean;
}): Promise<number> {
  const databaseIds = await pendingRemovals(store);
  const failures: unknown[] = [];
  let removed = 0;
  for (const databaseId of databaseIds) {
    if (isOver()) break;
    try {
      await engine.destroy(databaseId);
      await removalDone(store, databaseId);
      removed += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return removed;
}
