import { findOrganization } from "../store/organizations.ts";
import { authenticate } from "./authentication.ts";
import { ApiError } from "./errors.ts";
import { quote } from "./quote.ts";
import type { CallerContext, OrganizationContext, ServerContext } from "./operation.ts";

/**
 * The context of a request that must carry a platform token.
 *
 * @param header the value of `Authorization`
 * @throws ApiError token_missing, token_malformed, token_kind or token_invalid
 */
export async function callerContext(
  context: ServerContext,
  header: string | undefined,
): Promise<CallerContext> {
  const { username } = await authenticate(context.store, header);
  return { ...context, caller: { username } };
}

/**
 * The context of a request below the path of an organization, which its caller must belong to.
 *
 * @throws ApiError organization_not_found or not_a_member
 */
export async function organizationContext(
  context: CallerContext,
  slug: string,
): Promise<OrganizationContext> {
  const found = await findOrganization(context.store, slug, context.caller.username);
  if (found === undefined) {
    throw noOrganization(slug);
  }
  if (found.role === null) {
    throw new ApiError("not_a_member", `you are not a member of organization ${quote(slug)}`);
  }
  return { ...context, organization: found.organization };
}

/** What is thrown where there is no organization of that slug. */
export function noOrganization(slug: string): ApiError {
  return new ApiError("organization_not_found", `organization ${quote(slug)} does not exist`);
}
