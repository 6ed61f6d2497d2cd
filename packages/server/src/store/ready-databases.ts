import { sql } from "drizzle-orm";
import type { SigningKey } from "../tokens/signing-key.ts";
import { isConflictIn } from "./conflicts.ts";
import { databaseLabel, instanceLabel, labelAttempts, randomInstanceName } from "./labels.ts";
import type { Store } from "./store.ts";
import { databases, hostnames, instances } from "./schema.ts";

/** A database that has storage already, and its primary to be. */
export interface ReadyDatabase {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly signingKey: SigningKey;
  readonly instanceUuid: string;
  readonly location: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

type Outcome = "created" | "exists" | "label_taken";

/**
 * Stores a new database with its primary and gives both labels.
 *
 * @returns the database's label; "exists" when its organization has the name
 */
export async function createReadyDatabase(
  store: Store,
  database: ReadyDatabase,
): Promise<{ readonly label: string } | "exists"> {
  for (let attempt = 0; attempt < labelAttempts; attempt += 1) {
    const outcome = await insert(store, [database], attempt);
    if (outcome === "exists") return outcome;
    if (outcome === "created") return { label: databaseLabel(database, attempt) };
  }
  throw new Error(`Every label for ${database.name} of ${database.organization} is taken`);
}

/**
 * Stores many new databases with their primaries in one transaction.
 *
 * @returns their labels; undefined, and nothing is stored, where one of them cannot be
 */
export async function createReadyDatabases(
  store: Store,
  many: readonly ReadyDatabase[],
): Promise<{ readonly label: string }[] | undefined> {
  const outcome = await insert(store, many, 0);
  if (outcome !== "created") return undefined;
  return many.map((database) => ({ label: databaseLabel(database, 0) }));
}

/** One value of JSON for all rows: statements stay the same, however many there are. */
async function insert(
  { db, routes }: Store,
  many: readonly ReadyDatabase[],
  attempt: number,
): Promise<Outcome> {
  const rows = many.map((database) => {
    const { signingKey, ...rest } = database;
    const label = databaseLabel(database, attempt);
    const instance = randomInstanceName();
    const own = { label, instance, instanceLabel: instanceLabel(instance, { ...rest, label }) };
    return { ...rest, ...signingKey, ...own };
  });
  const json = JSON.stringify(rows);
  for (const { label } of rows) routes.expect(label);
  try {
    await db.batch([
      db.run(sql`
        INSERT INTO ${databases} (organization, name, id, label, regions, private_key, public_key,
          created_at)
        SELECT value ->> 'organization', value ->> 'name', value ->> 'id', value ->> 'label',
          json_array(value ->> 'location'), value ->> 'privateKey', value ->> 'publicKey',
          value ->> 'createdAt'
        FROM json_each(${json})`),
      db.run(sql`
        INSERT INTO ${instances} (uuid, database_id, name, label, type, location, created_at)
        SELECT value ->> 'instanceUuid', value ->> 'id', value ->> 'instance',
          value ->> 'instanceLabel', 'primary', value ->> 'location', value ->> 'createdAt'
        FROM json_each(${json})`),
      db.run(sql`
        INSERT INTO ${hostnames} (label, database_id, instance_uuid)
        SELECT value ->> 'label', value ->> 'id', NULL FROM json_each(${json})
        UNION ALL
        SELECT value ->> 'instanceLabel', value ->> 'id', value ->> 'instanceUuid'
        FROM json_each(${json})`),
    ]);
  } catch (error) {
    routes.forget(rows.map(({ label }) => label));
    if (isConflictIn("databases", error)) return "exists";
    if (isConflictIn("hostnames", error)) return "label_taken";
    throw error;
  }
  routes.forget(rows.map(({ instanceLabel: own }) => own));
  // The first query comes soon, and need not ask where it leads.
  for (const { id, name, label, publicKey } of rows) {
    routes.learn(label, { databaseId: id, databaseName: name, publicKey, hasPrimary: true });
  }
  return "created";
}
