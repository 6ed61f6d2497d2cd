import type { ReadableStream } from "node:stream/web";
import type { DatabaseConnection } from "@logicaldb/client";

/**
 * Everything in a database, as SQL, in one consistent state, with the row ids that no column shows:
 * a full-text index finds the rows of another table by them.
 *
 * @throws where the database does not answer with a dump
 */
export async function openDump({ url, authToken }: DatabaseConnection): Promise<ReadableStream> {
  const address = new URL(
    "dump?preserve_row_ids=true",
    withSlash(url.replace(/^libsql:/, "https:")),
  );
  const response = await fetch(address, { headers: { Authorization: `Bearer ${authToken}` } });
  if (!response.ok || response.body === null) {
    throw new Error(`${address.href} answered ${response.status}: ${await response.text()}`);
  }
  return response.body;
}

/** A database may have a path as its address. */
function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
