import { randomUUID } from "node:crypto";
import { isOrphan } from "../../store/conflicts.ts";
import { createDatabase as storeDatabase } from "../../store/databases.ts";
import { generateSigningKey } from "../../tokens/signing-key.ts";
import { noOrganization } from "../context.ts";
import { ApiError } from "../errors.ts";
import type { Input, OrganizationContext, Output } from "../operation.ts";
import { presentDatabase, presentDeprecatedLogin } from "../present.ts";

/** Operation createDatabase: a name, an id and a key. Storage comes with the first instance. */
export async function createDatabase(
  context: OrganizationContext,
  { body }: Input<"createDatabase">,
): Promise<Output<"createDatabase">> {
  const { store, organization, now } = context;
  const created = await storeDatabase(store, {
    id: randomUUID(),
    organization: organization.slug,
    name: body.name,
    signingKey: await generateSigningKey(),
    createdAt: now(),
  }).catch((error: unknown) => {
    // Organizations can go with all that they have while this is under way.
    throw isOrphan(error) ? noOrganization(organization.slug) : error;
  });
  if (created === "exists") {
    // Official clients look for exactly this text.
    throw new ApiError("database_exists", "database with same name already exists");
  }
  const { Name, Hostname, IssuedCertLimit, IssuedCertCount, DbId } = presentDatabase(
    context,
    created,
  );
  return {
    database: { Name, Hostname, IssuedCertLimit, IssuedCertCount, DbId },
    ...presentDeprecatedLogin(context),
  };
}
