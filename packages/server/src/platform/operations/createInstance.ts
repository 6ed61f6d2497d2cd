import { randomUUID } from "node:crypto";
import { createInstance as storeInstance, maxInstances } from "../../store/instances.ts";
import { ApiError } from "../errors.ts";
import { locations } from "../locations.ts";
import { lockOf, requireDatabase } from "../lookup.ts";
import { quote } from "../quote.ts";
import type { Input, OrganizationContext, Output } from "../operation.ts";
import { presentDeprecatedLogin, presentInstance } from "../present.ts";

/**
 * Operation createInstance. Storage is made before the store learns of the instance, so an
 * instance that anybody can see has storage. If the process ends in between, empty storage is left
 * for a database that still exists: the next attempt uses it, and destroying the database removes
 * it.
 */
export async function createInstance(
  context: OrganizationContext,
  { path, body }: Input<"createInstance">,
): Promise<Output<"createInstance">> {
  const { store, engine, now, exclusively } = context;
  const { location } = body;
  const instance = await exclusively(lockOf(context, path.db_name), async () => {
    const database = await requireDatabase(context, path.db_name);
    if (!Object.hasOwn(locations, location)) {
      throw new ApiError(
        "unknown_location",
        `location ${quote(location)} does not exist: GET /v1/locations lists all of them`,
      );
    }
    if (database.regions.length === 0) await engine.create(database.id);
    const created = { uuid: randomUUID(), location, createdAt: now() };
    return await storeInstance(store, database, created);
  });
  if (instance === "refused") {
    // Organizations can go with all that they have while this is under way.
    await requireDatabase(context, path.db_name);
    throw new ApiError(
      "plan_required",
      `database ${quote(path.db_name)} has ${maxInstances} instances, the most there can be`,
    );
  }
  return { instance: presentInstance(context, instance), ...presentDeprecatedLogin(context) };
}
