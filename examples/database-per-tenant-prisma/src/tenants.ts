import { PrismaLibSql } from "@prisma/adapter-libsql";
import pMap from "p-map";
import { PrismaClient } from "./generated/client.ts";
import { migrate } from "./migrate.ts";
import { databases, defaultLocation } from "./platform.ts";

const prefix = "prisma-example-";

/** Creates the tenant's database and its tables. May run again after it was cut short. */
export async function signUp(tenant: string): Promise<void> {
  await databases.ensure(prefix + tenant, { location: await defaultLocation() });
  await migrateTenant(tenant);
}

/** The tenant's database. `$disconnect` it when it is no longer needed. */
export async function openTenant(tenant: string): Promise<PrismaClient> {
  const connection = await databases.connect(prefix + tenant, { expiration: "1h" });
  return new PrismaClient({ adapter: new PrismaLibSql(connection) });
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
  try {
    const count = await migrate(await databases.connect(prefix + tenant));
    return `${tenant} (${count} new)`;
  } catch (cause) {
    throw new Error(`could not migrate the tenant ${tenant}`, { cause });
  }
}

async function* tenants(): AsyncGenerator<string> {
  for await (const { Name } of databases.iterate({ limit: 100 })) {
    if (Name.startsWith(prefix)) yield Name.slice(prefix.length);
  }
}
