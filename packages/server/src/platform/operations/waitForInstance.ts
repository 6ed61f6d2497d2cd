import { requireInstance } from "../lookup.ts";
import type { Input, OrganizationContext, Output } from "../operation.ts";

/** Operation waitForInstance: returns once a query has succeeded. */
export async function waitForInstance(
  context: OrganizationContext,
  { path }: Input<"waitForInstance">,
): Promise<Output<"waitForInstance">> {
  const { database } = await requireInstance(context, path);
  await context.engine.ping(database.id);
  return {};
}
