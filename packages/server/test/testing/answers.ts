import { createClient } from "@libsql/client";
import type { DatabaseConnection } from "@logicaldb/client";

/** Whether a database answers a query. */
export async function answers({ url, authToken }: DatabaseConnection): Promise<boolean> {
  return (await query({ url, authToken }, "SELECT 42 AS value")).at(0) === 42;
}

/** The first column of what a statement returns. */
export async function query(
  { url, authToken }: DatabaseConnection,
  sql: string,
): Promise<unknown[]> {
  const client = createClient({ url, authToken });
  try {
    return (await client.execute(sql)).rows.map((row) => row[0]);
  } finally {
    client.close();
  }
}
