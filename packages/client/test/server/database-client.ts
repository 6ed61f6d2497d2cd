import { createClient } from "@libsql/client";
import type { DatabaseConnection } from "@logicaldb/client";
import { onTestFinished } from "vitest";

/** The official client of a database, for one test. */
export function open(connection: DatabaseConnection) {
  const client = createClient(connection);
  onTestFinished(() => client.close());
  return client;
}

/** Whether the database answers queries. */
export async function answers(connection: DatabaseConnection): Promise<boolean> {
  return (await open(connection).execute("SELECT 1")).rows.length === 1;
}
