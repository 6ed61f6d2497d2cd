import type { Engine } from "../engine/engine.ts";
import type { Store } from "../store/open.ts";
import { pendingRemovals, removalDone } from "../store/removals.ts";

/**
 * Removes the storage of databases whose destruction was cut short. Call it when the server
 * starts; calling it at any other time does no harm.
 *
 * @returns how many were removed
 * @throws whatever the engine throws; what was not removed stays noted for the next call
 */
export async function sweepRemovals({
  store,
  engine,
}: {
  readonly store: Store;
  readonly engine: Pick<Engine, "destroy">;
}): Promise<number> {
  const databaseIds = await pendingRemovals(store);
  for (const databaseId of databaseIds) {
    await engine.destroy(databaseId);
    await removalDone(store, databaseId);
  }
  return databaseIds.length;
}
