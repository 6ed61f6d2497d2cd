import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/libsql";
import { migrate } from "drizzle-orm/libsql/migrator";
import pMap from "p-map";
import { databases, defaultLocation } from "./platform.ts";
import * as schema from "./schema.ts";

const prefix = "drizzle-example-";
const migrationsFolder = fileURLToPath(new URL("../migrations", import.meta.url));

/** Creates the tenant's database and its tables. May run again after it was cut short. */
export async function signUp(tenant: string): Promise<void> {
  await databases.ensure(prefix + tenant, { location: await defaultLocation() });
  await migrateTenant(tenant);
}

/** The tenant's database: cheap to call for each request, since the token is kept. */
export async function openTenant(tenant: string) {
  const connection = await databases.connect(prefix + tenant, { expiration: "1h" });
  return drizzle({ connection, schema });
}

/** Brings all tenants to the newest schema, several at a time. Run it with each release. */
export async function migrateTenants(): Promise<string[]> {
  return await pMap(tenants(), migrateTenant, { concurrency: 8 });
}

/** Destroys the tenant's database, with everything in it. */
export async function leave(tenant: string): Promise<void> {
  await databases.destroy(prefix + tenant);
}

async function migrateTenant(tenant: string): Promise<string> {
  const db = await openTenant(tenant);
  try {
    await migrate(db, { migrationsFolder });
    return tenant;
  } catch (cause) {
    throw new Error(`could not migrate the tenant ${tenant}`, { cause });
  } finally {
    db.$client.close();
  }
}

async function* tenants(): AsyncGenerator<string> {
  for await (const { Name } of databases.iterate({ limit: 100 })) {
    if (Name.startsWith(prefix)) yield Name.slice(prefix.length);
  }
}
