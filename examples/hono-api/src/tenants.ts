import { type Client, createClient } from "@libsql/client";
import { databases, defaultLocation } from "./platform.ts";

const prefix = "hono-example-";

/** Creates the tenant's database and its tables. May run again after it was cut short. */
export async function signUp(tenant: string): Promise<void> {
  await databases.ensure(prefix + tenant, { location: await defaultLocation() });
  await inDatabase(tenant, (db) =>
    db.execute("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"),
  );
}

/**
 * Uses the tenant's database. Cheap enough for each request, since the token is kept.
 *
 * @throws DatabaseNotFoundError where nobody signed up by this name
 */
export async function inDatabase<T>(tenant: string, use: (db: Client) => Promise<T>): Promise<T> {
  const db = createClient(await databases.connect(prefix + tenant, { expiration: "1h" }));
  try {
    return await use(db);
  } finally {
    db.close();
  }
}

/** Destroys the tenant's database, with everything in it. */
export async function leave(tenant: string): Promise<void> {
  await databases.destroy(prefix + tenant);
}
