import { listDatabases as listStored } from "../../store/databases.ts";
import { readCursor, writeCursor } from "../cursor.ts";
import type { Input, OrganizationContext, Output } from "../operation.ts";
import { presentDatabase } from "../present.ts";

/** Operation listDatabases: all databases, or with `limit` a page of them. */
export async function listDatabases(
  context: OrganizationContext,
  { query }: Input<"listDatabases">,
): Promise<Output<"listDatabases">> {
  const { store, organization } = context;
  const { limit, cursor } = query;
  const after = cursor === undefined ? "" : readCursor(cursor);
  if (limit === undefined) {
    const all = await listStored(store, organization.slug, { after });
    return { databases: all.map((database) => presentDatabase(context, database)) };
  }
  // One more than asked for tells whether there is a next page.
  const found = await listStored(store, organization.slug, { after, limit: limit + 1 });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    databases: page.map((database) => presentDatabase(context, database)),
    pagination: {
      next: found.length > limit && last !== undefined ? writeCursor(last.name) : null,
    },
  };
}
