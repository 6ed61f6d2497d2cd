import Database from "libsql";
import type { SqlValue } from "../../hrana/values.ts";

/**
 * The `libsql` binding, as far as it is used here, with its surprises told:
 * what it does not type, what it leaves open, and what must never reach it.
 */
export type Handle = InstanceType<typeof Database>;
type Statement = ReturnType<typeof Database.prototype.prepare<[readonly SqlValue[]]>>;

/** A prepared statement: rows come as arrays, integers as bigint. */
export interface PreparedStatement {
  /** It has columns, whether it returns rows or not. */
  readonly isReader: boolean;
  readonly statement: Statement;
}

/** Opens an existing database file; never creates one. Waiting for locks is left to the caller. */
export function openHandle(path: string): Handle {
  const url = new URL("file:");
  url.pathname = path.replaceAll("%", "%25").replaceAll("?", "%3f").replaceAll("#", "%23");
  try {
    return new Database(`${url.href}?mode=rw`, { timeout: 0 });
  } catch (error) {
    throw openingFailure(error);
  }
}

/** What is told with a result code alone, at the end of the message. */
const openingFailures: Readonly<Record<string, readonly [code: string, message: string]>> = {
  7: ["SQLITE_NOMEM", "out of memory"],
  14: ["SQLITE_CANTOPEN", "unable to open database file"],
};

function openingFailure(error: unknown): unknown {
  const [, number = ""] = error instanceof Error ? (/: (\d+)"?\)?$/.exec(error.message) ?? []) : [];
  const [code, message] = openingFailures[number] ?? [];
  return code === undefined ? error : Object.assign(new Error(message, { cause: error }), { code });
}

/** Limits the memory that SQLite takes in this process; a statement that needs more fails. */
export function limitMemory(bytes: number): void {
  const handle = new Database(":memory:");
  try {
    handle.exec(`PRAGMA hard_heap_limit = ${bytes}`);
  } finally {
    handle.close();
  }
}

/** Prepares one statement; throws what SQLite says against it. */
export function prepareStatement(handle: Handle, sql: string): PreparedStatement {
  const statement = handle.prepare<[readonly SqlValue[]]>(sql).safeIntegers();
  const isReader = statement.reader;
  return { isReader, statement: isReader ? statement.raw() : statement };
}

/** A row, as statements in raw mode give it. */
export function isRow(row: unknown): row is readonly SqlValue[] {
  return Array.isArray(row);
}

/**
 * Ends a read that was not read to its end. The binding has no other way to reset a statement, and
 * one left open would keep its snapshot and its locks.
 */
export function abandon(handle: Handle, rows: Iterator<unknown>): void {
  if ("interrupt" in handle && typeof handle.interrupt === "function") handle.interrupt();
  try {
    while (!rows.next().done);
  } catch {
    // The interruption itself.
  }
}

/**
 * Ends an EXPLAIN, whose rows were read. SQLite counts it as at work until it is reset, so that its
 * connection would go on seeing the moment at which it began; of all that the binding has, only
 * `get` resets a statement when it is done.
 */
export function endExplain({ statement }: PreparedStatement, values: readonly SqlValue[]): void {
  statement.get(values);
}

/** What the binding tells of a failure of SQLite. */
export interface BindingError {
  /**
   * The extended result code's name, such as `SQLITE_CONSTRAINT_UNIQUE`, or its number where the
   * binding knows no name, such as `UNKNOWN_SQLITE_ERROR_3091`.
   */
  readonly code: string;
  readonly message: string;
}

/** Tells a failure of SQLite from any other. */
export function isBindingError(error: unknown): error is Error & BindingError {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    /^(?:SQLITE_|UNKNOWN_SQLITE_ERROR_)/.test(error.code)
  );
}
