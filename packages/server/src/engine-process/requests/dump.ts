import { isUtf8 } from "node:buffer";
import { invalid } from "../../hrana/errors.ts";
import {
  discardRows,
  noArguments,
  type Pause,
  type Session,
  type Steps,
} from "../../hrana/session.ts";
import type { SqlValue } from "../../hrana/values.ts";
import { foldCase, quoteName } from "../../sql/index.ts";
import { taggedBytes } from "../statements/exact-reading.ts";

/** Takes the text of a dump. */
export interface TextSink {
  write(text: string): void;
  /** Something to wait for before more is written, if any. */
  pause(): Pause | undefined;
}

/** What a dump has in it. */
export interface DumpOptions {
  /** The row ids of tables that have no column for them. */
  readonly withRowIds: boolean;
}

/**
 * Reads what a dump is to have in it.
 *
 * @param query the part of a URL behind its question mark; what is not known in it has no meaning
 * @throws ProtocolError where it is wrong
 */
export function readDumpOptions(query: string): DumpOptions {
  const given = new URLSearchParams(query).get("preserve_row_ids") ?? "false";
  if (given !== "true" && given !== "false") {
    throw invalid("preserve_row_ids", "must be true or false");
  }
  return { withRowIds: given === "true" };
}

const tablesSql = `
  SELECT s.name, s.sql, l.type, l.wr FROM sqlite_schema s
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
  readonly hasRowIds: boolean;
}

/**
 * Writes a database as SQL that makes it anew, as of one moment, row by row. Unlike SQLite's own
 * `.dump` it needs no `writable_schema`: virtual tables are created by their own statements, and
 * then the tables they keep their data in are filled. Vector indexes fill themselves.
 */
export function* dumpDatabase(
  session: Session,
  { withRowIds }: DumpOptions,
  out: TextSink,
): Steps<void> {
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
    const rowId = withRowIds && table.hasRowIds ? yield* rowIdOf(session, table.name) : undefined;
    yield* dumpRows(session, table.name, out, rowId);
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
    .map(([name, sql, type, withoutRowIds]) => ({
      name: String(name),
      sql: String(sql),
      type: String(type),
      hasRowIds: withoutRowIds === 0n,
    }))
    .filter(({ name }) => !hidden.has(name));
}

/**
 * The name by which the row ids of a table can be written; undefined where one of its columns has
 * them, or where its columns took all of their names.
 */
function* rowIdOf(session: Session, table: string): Steps<string | undefined> {
  const literal = quoteText(table);
  // A primary key without an index is the row id.
  const [key] = yield* readAll(
    session,
    `SELECT 1 FROM pragma_table_info(${literal}) WHERE pk > 0
    AND NOT EXISTS (SELECT 1 FROM pragma_index_list(${literal}) WHERE origin = 'pk')`,
  );
  if (key !== undefined) return undefined;
  const columns = yield* readAll(session, `SELECT name FROM pragma_table_xinfo(${literal})`);
  const taken = new Set(columns.map(([name]) => foldCase(String(name))));
  return ["rowid", "_rowid_", "oid"].find((name) => !taken.has(name));
}

function* dumpRows(session: Session, table: string, out: TextSink, rowId?: string): Steps<void> {
  const columns = yield* readAll(
    session,
    `SELECT name FROM pragma_table_xinfo(${quoteText(table)}) WHERE hidden = 0 ORDER BY cid`,
  );
  const names = columns.map(([name]) => quoteName(String(name)));
  if (rowId !== undefined) names.unshift(rowId);
  const values = names.map((name) => taggedBytes(name));
  const list = rowId === undefined ? "" : `(${names.join()})`;
  const start = `INSERT INTO ${quoteName(table)}${list} VALUES(`;
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
