import { listOrganizations as listStored } from "../../store/organizations.ts";
import type { CallerContext, Output } from "../operation.ts";

/** Operation listOrganizations: those of the caller, the personal one first. */
export async function listOrganizations({
  store,
  caller,
}: CallerContext): Promise<Output<"listOrganizations">> {
  return { organizations: await listStored(store, caller.username) };
}
