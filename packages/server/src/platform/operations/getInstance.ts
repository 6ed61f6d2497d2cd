import { requireInstance } from "../lookup.ts";
import type { Input, OrganizationContext, Output } from "../operation.ts";
import { presentInstance } from "../present.ts";

/** Operation getInstance. */
export async function getInstance(
  context: OrganizationContext,
  { path }: Input<"getInstance">,
): Promise<Output<"getInstance">> {
  const { instance } = await requireInstance(context, path);
  return { instance: presentInstance(context, instance) };
}
