import { isUtf8 } from "node:buffer";
import {
  discardRows,
  noArguments,
  type Pause,
  type Session,
  type Steps,
} from "../../hrana/session.ts";
import type { SqlValue } from "../../hrana/values.ts";
import { quoteName } from "../../sql/index.ts";
import { taggedBytes } from "../statements/exact-reading.ts";

/** Takes the text of a dump. */
export interface TextSink {
  write(text: string): void;
  /** Something to wait for before more is written, if any. */
  pause(): Pause | undefined;
}

const tablesSql = `
  SELECT s.name, s.sql, l.type FROM sqlite_schema s
  JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.name COLLATE NOCASE
  WHERE s.type = 'table' AND s.sql IS NOT NULL ORDER BY s.rowid`;
const vectorIndexesSql = `
  SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '%libsql\\_vector\\_idx%' ESCAPE '\\'`;
const restSql = `
  SELECT sql, tbl_name FROM sqlite_schema WHERE type IN ('index', 'trigger', 'view') AND sql IS NOT NULL
  ORDER BY type = 'trigger', rowid`;

interface Table {
  readonly name: string;
  readonly sql: string;
  /** As `PRAGMA table_list` calls it: `table`, `virtual` or `shadow`. */
  readonly type: string;
}

/**
 * Writes a database as SQL that makes it anew, as of one moment, row by row. Unlike SQLite's own
 * `.dump` it needs no `writable_schema`: virtual tables are created by their own statements, and
 * then the tables they keep their data in are filled. Vector indexes fill themselves.
 */
export function* dumpDatabase(session: Session, out: TextSink): Steps<void> {
  yield* session.execute("BEGIN", noArguments, discardRows);
  const hidden = yield* vectorTables(session);
  const tables = yield* readTables(session, hidden);
  out.write("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n");
  for (const table of tables) {
    if (table.type === "shadow" || table.type === "virtual") continue;
    if (table.name === "sqlite_sequence") continue;
    // SQLite makes its own statistics table; dumping those would need ANALYZE.
    if (table.name.startsWith("sqlite_stat")) continue;
    out.write(`${table.sql};\n`);
    yield* dumpRows(session, table.name, out);
  }
  for (const { sql } of tables.filter(({ type }) => type === "virtual")) out.write(`${sql};\n`);
  for (const { name } of tables.filter(({ type }) => type === "shadow")) {
    out.write(`DELETE FROM ${quoteName(name)};\n`);
    yield* dumpRows(session, name, out);
  }
  if (tables.some(({ name }) => name === "sqlite_sequence")) {
    out.write("DELETE FROM sqlite_sequence;\n");
    yield* dumpRows(session, "sqlite_sequence", out);
  }
  for (const [sql, table] of yield* readAll(session, restSql)) {
    if (!hidden.has(String(table))) out.write(`${String(sql)};\n`);
  }
  out.write("COMMIT;\n");
}

/** The tables in which vector indexes keep themselves. */
function* vectorTables(session: Session): Steps<ReadonlySet<string>> {
  const indexes = yield* readAll(session, vectorIndexesSql);
  return new Set([
    "libsql_vector_meta_shadow",
    ...indexes.map(([name]) => `${String(name)}_shadow`),
  ]);
}

function* readTables(session: Session, hidden: ReadonlySet<string>): Steps<Table[]> {
  const rows = yield* readAll(session, tablesSql);
  return rows
    .map(([name, sql, type]) => ({ name: String(name), sql: String(sql), type: String(type) }))
    .filter(({ name }) => !hidden.has(name));
}

function* dumpRows(session: Session, table: string, out: TextSink): Steps<void> {
  const literal = quoteText(table);
  const columns = yield* readAll(
    session,
    `SELECT name FROM pragma_table_xinfo(${literal}) WHERE hidden = 0 ORDER BY cid`,
  );
  const values = columns.map(([name]) => taggedBytes(quoteName(String(name))));
  const start = `INSERT INTO ${quoteName(table)} VALUES(`;
  yield* session.execute(`SELECT ${values.join()} FROM ${quoteName(table)}`, noArguments, {
    begin() {},
    row: (row) => out.write(`${start}${row.map(encodeLiteral).join()});\n`),
    pause: () => out.pause(),
  });
}

const letterT = "t".charCodeAt(0);

function encodeLiteral(value: SqlValue): string {
  if (value === null) return "NULL";
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return encodeReal(value);
  if (typeof value === "string") return quoteText(value);
  const bytes = Buffer.from(value.buffer, value.byteOffset + 1, value.byteLength - 1);
  if (value[0] !== letterT) return `X'${bytes.toString("hex")}'`;
  // SQL text ends at a NUL, and is UTF-8.
  if (bytes.includes(0) || !isUtf8(bytes)) return `CAST(X'${bytes.toString("hex")}' AS TEXT)`;
  return quoteText(bytes.toString());
}

function encodeReal(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "9e999" : "-9e999";
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  return /^-?[0-9]+$/.test(text) ? `${text}.0` : text;
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function* readAll(session: Session, sql: string): Steps<(readonly SqlValue[])[]> {
  const rows: (readonly SqlValue[])[] = [];
  const sink = {
    begin() {},
    row: (row: readonly SqlValue[]) => rows.push(row),
    pause: () => undefined,
  };
  yield* session.execute(sql, noArguments, sink);
  return rows;
}
