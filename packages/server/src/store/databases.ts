import { and, eq, sql } from "drizzle-orm";
import type { SigningKey } from "../tokens/signing-key.ts";
import { isConflictIn } from "./conflicts.ts";
import { databaseLabel, labelAttempts } from "./labels.ts";
import type { Store } from "./store.ts";
import { prepared } from "./prepared.ts";
import { databases, hostnames, instances, removals } from "./schema.ts";

/** A logical database as lists show it. */
export interface DatabaseSummary {
  readonly id: string;
  readonly name: string;
  /** What addresses it: the label of its host name. */
  readonly label: string;
  /** Locations of its instances, each once, the primary's first. */
  readonly regions: readonly string[];
}

/** A logical database with the key that signs its tokens. */
export interface Database extends DatabaseSummary {
  readonly organization: string;
  readonly signingKey: SigningKey;
}

interface NewDatabase {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly signingKey: SigningKey;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/**
 * How many databases one statement lists: a call is synchronous, and others wait meanwhile.
 */
const longestStep = 10_000;

/** Stores a new database and gives it a label; "exists" when its organization has the name. */
export async function createDatabase(
  store: Store,
  database: NewDatabase,
): Promise<DatabaseSummary | "exists"> {
  const { id, name } = database;
  for (let attempt = 0; attempt < labelAttempts; attempt += 1) {
    const label = databaseLabel(database, attempt);
    const outcome = await insertDatabase(store, database, label);
    if (outcome === "exists") return outcome;
    if (outcome === "created") return { id, name, label, regions: [] };
  }
  throw new Error(`Every label for the new database ${name} of ${database.organization} is taken`);
}

async function insertDatabase(
  { db, routes }: Store,
  { id, organization, name, signingKey, createdAt }: NewDatabase,
  label: string,
): Promise<"created" | "exists" | "label_taken"> {
  const row = { id, organization, name, label, regions: [], createdAt };
  try {
    await db.batch([
      db.insert(databases).values({ ...row, ...signingKey }),
      db.insert(hostnames).values({ label, databaseId: id }),
    ]);
  } catch (error) {
    if (isConflictIn("databases", error)) return "exists";
    if (isConflictIn("hostnames", error)) return "label_taken";
    throw error;
  }
  routes.forget([label]);
  return "created";
}

const databaseByName = prepared((db) =>
  db
    .select()
    .from(databases)
    .where(
      and(
        eq(databases.organization, sql.placeholder("organization")),
        eq(databases.name, sql.placeholder("name")),
      ),
    )
    .prepare(),
);

/** The database of that name, or undefined. */
export async function findDatabase(
  store: Store,
  organization: string,
  name: string,
): Promise<Database | undefined> {
  const [row] = await databaseByName(store).all({ organization, name });
  if (row === undefined) return undefined;
  const { id, label, regions, privateKey, publicKey } = row;
  return { id, organization, name, label, regions, signingKey: { privateKey, publicKey } };
}

/**
 * The databases of an organization in ascending order of name.
 *
 * @param after only names that come after this one
 * @param limit at most so many; without it, all of them. Then a database that exists throughout the
 *   call is listed exactly once, whatever is created and destroyed meanwhile.
 */
export async function listDatabases(
  store: Store,
  organization: string,
  { after = "", limit = Infinity }: { after?: string; limit?: number } = {},
): Promise<DatabaseSummary[]> {
  const listed: DatabaseSummary[] = [];
  let last = after;
  while (listed.length < limit) {
    const step = Math.min(longestStep, limit - listed.length);
    const found = await listStep(store, organization, last, step);
    for (const database of found) listed.push(database);
    last = found.at(-1)?.name ?? last;
    if (found.length < step) break;
  }
  return listed;
}

/** How many databases there are, of all organizations. */
export async function countDatabases({ db }: Store): Promise<number> {
  return await db.$count(databases);
}

/** One row of JSON instead of many rows: each row costs ten times what its content costs. */
async function listStep(
  { db }: Store,
  organization: string,
  after: string,
  limit: number,
): Promise<DatabaseSummary[]> {
  const [row] = await db.values<[string]>(sql`
    SELECT json_group_array(json_array(id, name, label, json(regions))) FROM (
      SELECT ${databases.id}, ${databases.name}, ${databases.label}, ${databases.regions}
      FROM ${databases}
      WHERE ${databases.organization} = ${organization} AND ${databases.name} > ${after}
      ORDER BY ${databases.name} LIMIT ${limit}
    )`);
  const list: [string, string, string, string[]][] = JSON.parse(row?.[0] ?? "[]");
  return list.map(([id, name, label, regions]) => ({ id, name, label, regions }));
}

/**
 * Replaces the key pair, so that no token signed before is accepted any more.
 *
 * @returns false when there is no such database
 */
export async function replaceSigningKey(
  { db, routes }: Store,
  databaseId: string,
  signingKey: SigningKey,
): Promise<boolean> {
  const [updated, labels] = await db.batch([
    db
      .update(databases)
      .set(signingKey)
      .where(eq(databases.id, databaseId))
      .returning({ id: databases.id }),
    db
      .select({ label: hostnames.label })
      .from(hostnames)
      .where(eq(hostnames.databaseId, databaseId)),
  ]);
  routes.forget(labels.map((row) => row.label));
  return updated.length > 0;
}

/**
 * Deletes a database with its instances and labels, and notes in the same breath that its storage
 * is to be removed. Call `removalDone` when that has happened.
 *
 * @returns false when there is no such database
 */
export async function destroyDatabase({ db, routes }: Store, databaseId: string): Promise<boolean> {
  const [, labels, , deleted] = await db.batch([
    db
      .insert(removals)
      .select(
        db.select({ databaseId: databases.id }).from(databases).where(eq(databases.id, databaseId)),
      )
      .onConflictDoNothing(),
    db
      .delete(hostnames)
      .where(eq(hostnames.databaseId, databaseId))
      .returning({ label: hostnames.label }),
    db.delete(instances).where(eq(instances.databaseId, databaseId)),
    db.delete(databases).where(eq(databases.id, databaseId)).returning({ id: databases.id }),
  ]);
  routes.forget(labels.map((row) => row.label));
  return deleted.length > 0;
}
