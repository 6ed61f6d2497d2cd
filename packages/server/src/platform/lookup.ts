import { findDatabase } from "../store/databases.ts";
import type { Database } from "../store/databases.ts";
import { findInstance } from "../store/instances.ts";
import type { Instance } from "../store/instances.ts";
import { ApiError } from "./errors.ts";
import type { OrganizationContext } from "./operation.ts";
import { quote } from "./quote.ts";

/**
 * The database that a path names.
 *
 * @throws ApiError database_not_found
 */
export async function requireDatabase(
  { store, organization }: OrganizationContext,
  name: string,
): Promise<Database> {
  const database = await findDatabase(store, organization.slug, name);
  if (database === undefined) throw databaseNotFound(organization.slug, name);
  return database;
}

/** The key by which a database is `exclusively` changed; it is known before the database is. */
export function lockOf({ organization }: OrganizationContext, name: string): string {
  return `${organization.slug}/${name}`;
}

/** The refusal for a database that is not there, or not there any more. */
export function databaseNotFound(organization: string, name: string): ApiError {
  return new ApiError(
    "database_not_found",
    `organization ${quote(organization)} has no database ${quote(name)}`,
  );
}

/**
 * The database and the instance that a path names.
 *
 * @throws ApiError database_not_found or instance_not_found
 */
export async function requireInstance(
  context: OrganizationContext,
  path: { readonly db_name: string; readonly instance_name: string },
): Promise<{ readonly database: Database; readonly instance: Instance }> {
  const database = await requireDatabase(context, path.db_name);
  const instance = await findInstance(context.store, database.id, path.instance_name);
  if (instance === undefined) throw instanceNotFound(database.name, path.instance_name);
  return { database, instance };
}

/** The refusal for an instance that is not there, or not there any more. */
export function instanceNotFound(database: string, name: string): ApiError {
  return new ApiError(
    "instance_not_found",
    `database ${quote(database)} has no instance ${quote(name)}`,
  );
}
