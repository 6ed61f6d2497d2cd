import { createClient } from "@libsql/client";
import type { DatabaseConnection } from "@logicaldb/client";
import { migrations } from "./migrations.ts";

/**
 * Brings one database to the newest version, in one transaction that also writes down which
 * versions it has: whoever is stopped, or comes second, changes nothing by halves or twice.
 *
 * @returns how many migrations were missing
 */
export async function migrateTenant(connection: DatabaseConnection): Promise<number> {
  const db = createClient(connection);
  try {
    const [, versions] = await db.batch(
      [
        "CREATE TABLE IF NOT EXISTS versions (version INTEGER PRIMARY KEY)",
        "SELECT count(*) AS done FROM versions",
      ],
      "write",
    );
    const done = Number(versions?.rows[0]?.["done"]);
    const missing = [...migrations.entries()].slice(done).flatMap(([at, statements]) => [
      // The first of two that migrate at the same time has it; the second fails here.
      { sql: "INSERT INTO versions VALUES (?)", args: [at + 1] },
      ...statements,
    ]);
    if (missing.length > 0) await db.batch(missing, "write");
    return migrations.length - done;
  } finally {
    db.close();
  }
}
