import { listMembers } from "../../store/organizations.ts";
import type { OrganizationContext, Output } from "../operation.ts";

/** Operation listOrganizationMembers. */
export async function listOrganizationMembers({
  store,
  organization,
}: OrganizationContext): Promise<Output<"listOrganizationMembers">> {
  return { members: await listMembers(store, organization.slug) };
}
