import { requireDatabase } from "../lookup.ts";
import type { Input, OrganizationContext, Output } from "../operation.ts";

/** Operation updateDatabase: this server ships one build, which every database runs already. */
export async function updateDatabase(
  context: OrganizationContext,
  { path }: Input<"updateDatabase">,
): Promise<Output<"updateDatabase">> {
  await requireDatabase(context, path.db_name);
  return {};
}
