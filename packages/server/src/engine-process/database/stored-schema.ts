import { SqlError } from "../../hrana/errors.ts";
import { forbiddenIn } from "../../sql/index.ts";
import type { SqlValue } from "../../hrana/values.ts";
import { isRow } from "./binding.ts";
import type { Connection } from "./connection.ts";

// As bytes: the binding cannot read text that is not UTF-8, and cuts it at a NUL.
const schemaSql = "SELECT CAST(sql AS BLOB) FROM sqlite_schema WHERE sql IS NOT NULL";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Why the schema that is stored in a database file is not served; undefined where it is.
 *
 * @throws BindingError where the file is no database
 */
export function refusalOf({ handle }: Connection): SqlError | undefined {
  const encoding: unknown = handle.prepare("PRAGMA encoding").raw().get();
  if (isRow(encoding) && encoding[0] !== "UTF-8") return notUtf8;
  const rows: unknown[] = handle.prepare(schemaSql).raw().all();
  for (const row of rows) {
    if (!isRow(row)) continue;
    const reason = forbidden(row[0]);
    if (reason !== null) return schemaRefused(reason);
  }
  return undefined;
}

const deferredKeys = "SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%deferred%'";

/** Whether there can be foreign keys that are checked at the end of a transaction only. */
export function mayDeferKeys({ handle }: Connection): boolean {
  const row: unknown = handle.prepare(deferredKeys).raw().get();
  return isRow(row) && Number(row[0]) > 0;
}

function forbidden(sql: SqlValue | undefined): string | null {
  if (!(sql instanceof Uint8Array)) return "its schema is not made of text";
  try {
    return forbiddenIn(utf8.decode(sql));
  } catch {
    return "its schema is not UTF-8";
  }
}

// Reading text exactly, and dumping it, need to know what its bytes mean.
const notUtf8 = new SqlError(
  "SCHEMA_REFUSED",
  "The file of this database has its text as UTF-16; dump it with another SQLite tool and load it into a database with UTF-8",
);

function schemaRefused(reason: string): SqlError {
  return new SqlError(
    "SCHEMA_REFUSED",
    `The file of this database has a schema that is not served: ${reason}. Drop what it names with another SQLite tool`,
  );
}
