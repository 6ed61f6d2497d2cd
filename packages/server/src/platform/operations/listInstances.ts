import { listInstances as listStored } from "../../store/instances.ts";
import { requireDatabase } from "../lookup.ts";
import type { Input, OrganizationContext, Output } from "../operation.ts";
import { presentInstance } from "../present.ts";

/** Operation listInstances: the primary first. */
export async function listInstances(
  context: OrganizationContext,
  { path }: Input<"listInstances">,
): Promise<Output<"listInstances">> {
  const { id } = await requireDatabase(context, path.db_name);
  const instances = await listStored(context.store, id);
  return { instances: instances.map((instance) => presentInstance(context, instance)) };
}
