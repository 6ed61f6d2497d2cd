import { destroyReplica } from "../../store/instances.ts";
import { ApiError } from "../errors.ts";
import { instanceNotFound, requireInstance } from "../lookup.ts";
import type { Input, OrganizationContext, Output } from "../operation.ts";

/** Operation destroyInstance: only replicas can go; the primary goes with its database. */
export async function destroyInstance(
  context: OrganizationContext,
  { path }: Input<"destroyInstance">,
): Promise<Output<"destroyInstance">> {
  const { database, instance } = await requireInstance(context, path);
  if (instance.type === "primary") {
    throw new ApiError(
      "primary_instance",
      "the primary instance cannot be destroyed on its own: destroy the database instead",
    );
  }
  if (!(await destroyReplica(context.store, database.id, instance.uuid))) {
    throw instanceNotFound(database.name, instance.name);
  }
  return { instance: instance.name };
}
