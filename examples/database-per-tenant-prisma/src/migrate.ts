import { readdir, readFile } from "node:fs/promises";
import { type Client, createClient } from "@libsql/client";
import type { DatabaseConnection } from "@logicaldb/client";

const folder = new URL("../prisma/migrations/", import.meta.url);

/**
 * Applies the migrations that a database does not have yet, in the order of their names. Each is a
 * transaction together with the note that it is applied, so two that run at once cannot both.
 *
 * @returns how many were applied
 */
export async function migrate(connection: DatabaseConnection): Promise<number> {
  const db = createClient(connection);
  try {
    const applied = await appliedMigrations(db);
    const missing = (await migrations()).filter(({ name }) => !applied.has(name));
    for (const { name, sql } of missing) await apply(db, name, sql);
    return missing.length;
  } finally {
    db.close();
  }
}

async function appliedMigrations(db: Client): Promise<Set<unknown>> {
  await db.execute("CREATE TABLE IF NOT EXISTS _migrations (name TEXT PRIMARY KEY)");
  const { rows } = await db.execute("SELECT name FROM _migrations");
  return new Set(rows.map(({ name }) => name));
}

async function apply(db: Client, name: string, sql: string): Promise<void> {
  const transaction = await db.transaction("write");
  try {
    await transaction.execute({ sql: "INSERT INTO _migrations VALUES (?)", args: [name] });
    await transaction.executeMultiple(sql);
    await transaction.commit();
  } finally {
    transaction.close();
  }
}

async function migrations(): Promise<{ name: string; sql: string }[]> {
  const names = (await readdir(folder)).toSorted();
  return await Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(`${name}/migration.sql`, folder), "utf8");
      return { name, sql };
    }),
  );
}
