import { SqlError } from "../hrana/errors.ts";
import { isBindingError } from "./binding.ts";

/** Result codes of SQLite as Hrana servers name them: the base code, without what extends it. */
const baseCodes = [
  "SQLITE_ABORT",
  "SQLITE_AUTH",
  "SQLITE_BUSY",
  "SQLITE_CANTOPEN",
  "SQLITE_CONSTRAINT",
  "SQLITE_CORRUPT",
  "SQLITE_FULL",
  "SQLITE_INTERNAL",
  "SQLITE_INTERRUPT",
  "SQLITE_IOERR",
  "SQLITE_LOCKED",
  "SQLITE_MISMATCH",
  "SQLITE_MISUSE",
  "SQLITE_NOMEM",
  "SQLITE_NOTADB",
  "SQLITE_NOTFOUND",
  "SQLITE_PERM",
  "SQLITE_PROTOCOL",
  "SQLITE_RANGE",
  "SQLITE_READONLY",
  "SQLITE_SCHEMA",
  "SQLITE_TOOBIG",
] as const;

/** SQLite does not tell which of the two it was. */
const fullHint = "; the limit of a database is the server's --max-database-bytes";
const memoryHint =
  "; the statement needs more than an engine process may have, the server's --max-engine-bytes";

/**
 * A failure of SQLite as clients see it: codes and texts are those of sqld, which clients match.
 * Anything else is no failure of a statement and stays what it is.
 */
export function toSqlError(error: unknown): unknown {
  // What was described before has a code that looks like one of SQLite's.
  if (error instanceof SqlError || !isBindingError(error)) return error;
  const { code, message } = error;
  if (code === "SQLITE_ERROR") return describeGenericError(message);
  if (code === "SQLITE_NOMEM") return new SqlError(code, `SQLite error: ${message}${memoryHint}`);
  if (code === "SQLITE_FULL") return new SqlError(code, `SQLite error: ${message}${fullHint}`);
  const base = baseCodes.find((each) => code === each || code.startsWith(`${each}_`));
  return new SqlError(base ?? "SQLITE_UNKNOWN", `SQLite error: ${message}`);
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

/** Another connection holds the lock; waiting may help. */
export function isBusy(error: unknown): boolean {
  // A snapshot that another writer has overtaken stays so, however long one waits.
  return isBindingError(error) && foundBusy(error) && error.code !== "SQLITE_BUSY_SNAPSHOT";
}
