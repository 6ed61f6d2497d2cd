import { destroyDatabase as deleteStored } from "../../store/databases.ts";
import { removalDone } from "../../store/removals.ts";
import { databaseNotFound, lockOf, requireDatabase } from "../lookup.ts";
import type { Input, OrganizationContext, Output } from "../operation.ts";

/**
 * Operation destroyDatabase. Once the store has forgotten the database it is gone for everybody,
 * so a failure to remove its storage is no failure of this request: the store remembers what is
 * left to remove, and `sweepRemovals` removes it.
 */
export async function destroyDatabase(
  context: OrganizationContext,
  { path }: Input<"destroyDatabase">,
): Promise<Output<"destroyDatabase">> {
  const { store, engine, organization, exclusively, warn } = context;
  const { id, name } = await requireDatabase(context, path.db_name);
  await exclusively(lockOf(context, name), async () => {
    if (!(await deleteStored(store, id))) throw databaseNotFound(organization.slug, name);
    try {
      await engine.destroy(id);
      await removalDone(store, id);
    } catch (error) {
      warn(`The storage of the destroyed database ${id} is still to be removed`, error);
    }
  });
  return { database: name };
}
