import { foldCase, readShape } from "../../sql/index.ts";
import { type Handle, isRow } from "./binding.ts";

// As bytes: the binding cannot read text that is not UTF-8.
const oddTables = `
  SELECT CAST(name AS BLOB), type = 'view', CAST(sql AS BLOB) FROM sqlite_schema
  WHERE type = 'view' OR type = 'table' AND sql LIKE '%as%(%'`;

/**
 * Whether SQLite gives the same rows for a read as for another statement that reads its rows. It may
 * make one of the two: then a limit inside is applied elsewhere, and integers beside floats, in a
 * compound or in a column that is computed, are read as floats. None of it is wrong, but clients
 * expect the same answer each time.
 *
 * @param sql one statement that only reads
 */
export function readsTheSameInside(handle: Handle, sql: string): boolean {
  const { hasCompound, hasInnerLimit, names } = readShape(sql);
  if (hasCompound || hasInnerLimit) return false;
  const rows: unknown[] = handle.prepare(oddTables).raw().all();
  return !rows.some((row) => isRow(row) && isOdd(row) && names.has(foldCase(textOf(row[0]))));
}

/** A view, or a table that may have a column which is computed: `a AS (expression)`. */
function isOdd([, isView, sql]: readonly unknown[]): boolean {
  return Number(isView) === 1 || /\bas\b/i.test(textOf(sql));
}

function textOf(bytes: unknown): string {
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString() : "";
}
