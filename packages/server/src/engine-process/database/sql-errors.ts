import { SqlError } from "../../hrana/errors.ts";
import { isBindingError } from "./binding.ts";

/** Result codes of SQLite as Hrana servers name them, and their numbers: what extends them is left out. */
const baseCodes = Object.entries({
  SQLITE_ERROR: 1,
  SQLITE_INTERNAL: 2,
  SQLITE_PERM: 3,
  SQLITE_ABORT: 4,
  SQLITE_BUSY: 5,
  SQLITE_LOCKED: 6,
  SQLITE_NOMEM: 7,
  SQLITE_READONLY: 8,
  SQLITE_INTERRUPT: 9,
  SQLITE_IOERR: 10,
  SQLITE_CORRUPT: 11,
  SQLITE_NOTFOUND: 12,
  SQLITE_FULL: 13,
  SQLITE_CANTOPEN: 14,
  SQLITE_PROTOCOL: 15,
  SQLITE_SCHEMA: 17,
  SQLITE_TOOBIG: 18,
  SQLITE_CONSTRAINT: 19,
  SQLITE_MISMATCH: 20,
  SQLITE_MISUSE: 21,
  SQLITE_AUTH: 23,
  SQLITE_RANGE: 25,
  SQLITE_NOTADB: 26,
});

/** SQLite does not tell which of them it was, or whether a table has no row ids left. */
const fullHint =
  "; the disk is full, the database is as large as the server's --max-database-bytes allows, or an AUTOINCREMENT has no number left";
const memoryHint =
  "; the statement needs more than an engine process may have, the server's --max-engine-bytes";

/**
 * A failure of SQLite as clients see it: codes and texts are those of sqld, which clients match.
 * Anything else is no failure of a statement and stays what it is.
 */
export function toSqlError(error: unknown): unknown {
  // What was described before has a code that looks like one of SQLite's.
  if (error instanceof SqlError || !isBindingError(error)) return error;
  const { message } = error;
  const code = baseCodeOf(error.code);
  if (code === "SQLITE_ERROR") return describeGenericError(message);
  if (code === "SQLITE_NOMEM") return new SqlError(code, `SQLite error: ${message}${memoryHint}`);
  if (code === "SQLITE_FULL") return new SqlError(code, `SQLite error: ${message}${fullHint}`);
  const extended = code !== undefined && error.code.startsWith(`${code}_`) ? error.code : undefined;
  return new SqlError(code ?? "SQLITE_UNKNOWN", `SQLite error: ${message}`, extended);
}

function baseCodeOf(code: string): string | undefined {
  // The last byte of a number is the base code.
  const number = Number(/[0-9]+$/.exec(code)?.[0]) & 0xff;
  const isNamed = code.startsWith("SQLITE_");
  const found = baseCodes.find(([name, value]) =>
    isNamed ? code === name || code.startsWith(`${name}_`) : value === number,
  );
  return found?.[0];
}

/**
 * Texts of errors whose place in the statement SQLite knows. It tells the place by a function that
 * the binding does not have, and sqld makes a code of its own of such errors.
 */
const placedErrors = new RegExp(
  "^(?:no such column|ambiguous column name|no such function|unknown database|row value misused|" +
    "wrong number of arguments to function|misuse of (?:aggregate|window)|second argument to|" +
    "unsafe use of|not authorized to use function|variable number must be|oversized integer|" +
    "hex literal too big|FILTER may not be used|ORDER BY may not be used|too many arguments on|" +
    "(?:table|view|trigger) .+ already exists$|.+ prohibited in |.+ term out of range|" +
    ".+ may not be used as a window function)",
  "s",
);

/** SQLite has one code for all that is wrong in a statement; sqld tells three kinds. */
function describeGenericError(message: string): SqlError {
  if (/^near ".*": syntax error$|^incomplete input$|^unrecognized token/s.test(message)) {
    return new SqlError("SQL_PARSE_ERROR", `SQL string could not be parsed: ${message}`);
  }
  if (placedErrors.test(message)) {
    return new SqlError("SQL_INPUT_ERROR", `SQL input error: ${message}`);
  }
  return new SqlError("SQLITE_UNKNOWN", `SQLite error: ${message}`);
}

/** It was not run, since another connection is at work on the database. */
export function foundBusy(error: unknown): boolean {
  return isBindingError(error) && error.code.startsWith("SQLITE_BUSY");
}

/** It was not run: another connection is at work on the database, or its client may only read. */
export function isUntouched(error: unknown): boolean {
  return foundBusy(error) || (isBindingError(error) && error.code.startsWith("SQLITE_READONLY"));
}

/** Another connection holds the lock; waiting may help. */
export function isBusy(error: unknown): boolean {
  // A snapshot that another writer has overtaken stays so, however long one waits.
  return isBindingError(error) && foundBusy(error) && error.code !== "SQLITE_BUSY_SNAPSHOT";
}
