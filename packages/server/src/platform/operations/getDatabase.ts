import { requireDatabase } from "../lookup.ts";
import type { Input, OrganizationContext, Output } from "../operation.ts";
import { presentDatabase } from "../present.ts";

/** Operation getDatabase. */
export async function getDatabase(
  context: OrganizationContext,
  { path }: Input<"getDatabase">,
): Promise<Output<"getDatabase">> {
  return { database: presentDatabase(context, await requireDatabase(context, path.db_name)) };
}
