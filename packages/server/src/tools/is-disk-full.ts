/**
 * Whether something failed for want of space on the disk, as the system or SQLite says it. Where
 * there is no room for what lies beside a database's file, SQLite says that it failed to write that.
 */
export function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^(?:ENOSPC|EDQUOT|SQLITE_FULL|SQLITE_IOERR_(?:WRITE|SHMSIZE|SHMOPEN|TRUNCATE))$/.test(
    code,
  );
}
