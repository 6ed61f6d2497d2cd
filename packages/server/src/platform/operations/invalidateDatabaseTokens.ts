import { replaceSigningKey } from "../../store/databases.ts";
import { generateSigningKey } from "../../tokens/signing-key.ts";
import { databaseNotFound, requireDatabase } from "../lookup.ts";
import type { Input, OrganizationContext, Output } from "../operation.ts";

/**
 * Operation invalidateDatabaseTokens. The new key refuses what comes from now on, and the engine ends
 * what older tokens have begun.
 */
export async function invalidateDatabaseTokens(
  context: OrganizationContext,
  { path }: Input<"invalidateDatabaseTokens">,
): Promise<Output<"invalidateDatabaseTokens">> {
  const { store, engine, organization } = context;
  const { id, name } = await requireDatabase(context, path.db_name);
  if (!(await replaceSigningKey(store, id, await generateSigningKey()))) {
    throw databaseNotFound(organization.slug, name);
  }
  await engine.endSessions(id);
  return {};
}
