import Database from "libsql";

/**
 * Whether a statement was refused because a value that must be unique is there already. Drizzle
 * wraps the driver's error when the statement ran by itself, and does not when it ran in a batch.
 */
export function isConflict(error: unknown): boolean {
  if (error instanceof Database.SqliteError) {
    return /UNIQUE constraint failed|PRIMARY KEY constraint failed/.test(error.message);
  }
  return error instanceof Error && error.cause !== undefined && isConflict(error.cause);
}

/** Whether a conflict was over a column of `table`. */
export function isConflictIn(table: string, error: unknown): boolean {
  if (error instanceof Database.SqliteError) {
    return isConflict(error) && error.message.includes(`constraint failed: ${table}.`);
  }
  return error instanceof Error && error.cause !== undefined && isConflictIn(table, error.cause);
}

/** Whether a row was refused because what it belongs to is not there. */
export function isOrphan(error: unknown): boolean {
  if (error instanceof Database.SqliteError) {
    return error.message.includes("FOREIGN KEY constraint failed");
  }
  return error instanceof Error && error.cause !== undefined && isOrphan(error.cause);
}
