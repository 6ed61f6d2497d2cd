import { and, asc, eq, sql } from "drizzle-orm";
import type { InstanceRole } from "@logicaldb/contract";
import { isConflict } from "./conflicts.ts";
import { instanceLabel, labelAttempts, randomInstanceName } from "./labels.ts";
import type { Store } from "./store.ts";
import { databases, hostnames, instances } from "./schema.ts";

export interface Instance {
  readonly uuid: string;
  readonly name: string;
  /** What addresses this instance alone: the label of its host name. */
  readonly label: string;
  readonly type: InstanceRole;
  readonly location: string;
}

interface NewInstance {
  readonly uuid: string;
  readonly location: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** How many instances a database can have; the contract bounds the list of them by it. */
export const maxInstances = 1000;

const columns = {
  uuid: instances.uuid,
  name: instances.name,
  label: instances.label,
  type: instances.type,
  location: instances.location,
};

/**
 * Stores a new instance with a name and a label of its own. The first one of a database becomes its
 * primary, every later one a replica, also when several are created at once.
 *
 * @returns the instance, or "refused" when the database is gone or has {@link maxInstances}
 */
export async function createInstance(
  store: Store,
  database: { readonly id: string; readonly label: string },
  instance: NewInstance,
): Promise<Instance | "refused"> {
  for (let attempt = 0; attempt < labelAttempts; attempt += 1) {
    const name = randomInstanceName();
    const named = { ...instance, name, label: instanceLabel(name, database) };
    const outcome = await insertInstance(store, database, named);
    if (outcome !== "name_taken") return outcome;
  }
  throw new Error(`No free name was found for a new instance of ${database.label}`);
}

async function insertInstance(
  { db, routes }: Store,
  database: { readonly id: string; readonly label: string },
  instance: NewInstance & { readonly name: string; readonly label: string },
): Promise<Instance | "refused" | "name_taken"> {
  const { uuid, name, label, location, createdAt } = instance;
  const { id: databaseId } = database;
  const existing = sql`(SELECT count(*) FROM ${instances} WHERE ${instances.databaseId} = ${databaseId})`;
  try {
    const [inserted] = await db.batch([
      db.all<[InstanceRole]>(sql`
        INSERT INTO ${instances} (uuid, database_id, name, label, type, location, created_at)
        SELECT ${uuid}, ${databaseId}, ${name}, ${label},
          CASE ${existing} WHEN 0 THEN 'primary' ELSE 'replica' END, ${location}, ${createdAt}
        FROM ${databases} WHERE ${databases.id} = ${databaseId} AND ${existing} < ${maxInstances}
        RETURNING type`),
      db.run(sql`
        INSERT INTO ${hostnames} (label, database_id, instance_uuid)
        SELECT label, database_id, uuid FROM ${instances} WHERE ${instances.uuid} = ${uuid}`),
      db.run(refreshRegions(databaseId)),
    ]);
    // Other instances lead where they led before.
    routes.forget([database.label, label]);
    const [row] = inserted;
    return row === undefined ? "refused" : { uuid, name, label, location, type: row[0] };
  } catch (error) {
    if (isConflict(error)) return "name_taken";
    throw error;
  }
}

/** Sets a database's `regions` from its instances; part of every change to them. */
function refreshRegions(databaseId: string) {
  return sql`
    UPDATE ${databases} SET regions = (
      SELECT json_group_array(location) FROM (
        SELECT location FROM ${instances} WHERE ${instances.databaseId} = ${databaseId}
        GROUP BY location ORDER BY min(sequence)
      )
    ) WHERE ${databases.id} = ${databaseId}`;
}

/** The instance of that name, or undefined. */
export async function findInstance(
  { db }: Store,
  databaseId: string,
  name: string,
): Promise<Instance | undefined> {
  const [row] = await db
    .select(columns)
    .from(instances)
    .where(and(eq(instances.databaseId, databaseId), eq(instances.name, name)));
  return row;
}

/** The instances of a database: the primary, then the replicas in the order of their creation. */
export async function listInstances({ db }: Store, databaseId: string): Promise<Instance[]> {
  return await db
    .select(columns)
    .from(instances)
    .where(eq(instances.databaseId, databaseId))
    .orderBy(asc(instances.sequence));
}

/**
 * Deletes a replica.
 *
 * @returns false when there is no such replica; a primary is never deleted
 */
export async function destroyReplica(
  { db, routes }: Store,
  databaseId: string,
  uuid: string,
): Promise<boolean> {
  const [labels, deleted] = await db.batch([
    db
      .delete(hostnames)
      .where(
        sql`${hostnames.instanceUuid} = (SELECT uuid FROM ${instances} WHERE uuid = ${uuid} AND type = 'replica')`,
      )
      .returning({ label: hostnames.label }),
    db
      .delete(instances)
      .where(and(eq(instances.uuid, uuid), eq(instances.type, "replica")))
      .returning({ uuid: instances.uuid }),
    db.run(refreshRegions(databaseId)),
  ]);
  routes.withdraw(labels.map((row) => row.label));
  return deleted.length > 0;
}
