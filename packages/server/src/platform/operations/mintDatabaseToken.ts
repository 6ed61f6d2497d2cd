import { mintDatabaseToken as mint } from "../../tokens/database-token.ts";
import { parseExpiration } from "../../tokens/expiration.ts";
import { ApiError } from "../errors.ts";
import { requireDatabase } from "../lookup.ts";
import type { Input, OrganizationContext, Output } from "../operation.ts";

/** Operation mintDatabaseToken. The token is recorded nowhere. */
export async function mintDatabaseToken(
  context: OrganizationContext,
  { path, query }: Input<"mintDatabaseToken">,
): Promise<Output<"mintDatabaseToken">> {
  const { id, signingKey } = await requireDatabase(context, path.db_name);
  const expiration = parseExpiration(query.expiration);
  if (expiration.kind === "invalid") {
    throw new ApiError("invalid_expiration", `expiration ${expiration.reason}`);
  }
  const access = query.authorization ?? "full-access";
  const now = context.now();
  const minted = mint(signingKey, { databaseId: id, access, expiration, now });
  context.minted(minted);
  return { jwt: minted.token };
}
