import { isUtf8 } from "node:buffer";
import { SqlError } from "../../hrana/errors.ts";
import { nameNotIn } from "../../hrana/json/row-sql.ts";
import type { RowSink } from "../../hrana/session.ts";
import { checkValueLength, type SqlValue } from "../../hrana/values.ts";
import {
  quoteName,
  readShape,
  returningItems,
  type AnalyzedStatement,
  splitStatements,
  tokenize,
  TokenType,
} from "../../sql/index.ts";
import { isRow } from "../database/binding.ts";
import type { Connection, Prepared } from "../database/connection.ts";

/**
 * Reading what the binding cannot: text with a NUL, which it would cut, and text that is not UTF-8, which it would not
 * survive. SQLite hands over the bytes of texts and blobs, behind a letter that tells which they are.
 */

const letters = { text: "t", blob: "b" };
const textLetter = letters.text.charCodeAt(0);

/** The expression for a value that is named by `column`, which may be used several times. */
export function taggedBytes(column: string): string {
  return (
    `CASE typeof(${column}) WHEN 'text' THEN CAST('${letters.text}' || ${column} AS BLOB) ` +
    `WHEN 'blob' THEN CAST('${letters.blob}' || ${column} AS BLOB) ELSE ${column} END`
  );
}

/** A statement that returns the rows of another one so that they can be read exactly. */
export function exactly(sql: string, statement: AnalyzedStatement, prepared: Prepared): string {
  const [range] = splitStatements(sql);
  const text = range === undefined ? sql : sql.slice(range.start, range.end);
  const count = prepared.columns.list.length;
  return statement.kind === "read" ? exactRead(text, count) : exactReturning(text, prepared);
}

/** The limits, which limit nothing, keep SQLite from making one query of both, and computing values twice. */
function exactRead(sql: string, count: number): string {
  const columns = Array.from({ length: count }, (_, index) => `c${index}`);
  const rows = nameNotIn(sql);
  return (
    `WITH ${rows} (${columns.join()}) AS (${withoutAffinity(sql, count)}\n) ` +
    `SELECT ${columns.map(taggedBytes).join()} FROM (SELECT * FROM ${rows} LIMIT -1) LIMIT -1`
  );
}

/** SQLite takes no compound of more (SQLite: Limits, SQLITE_MAX_COMPOUND_SELECT). */
const mostParts = 500;

/**
 * The columns of a compound have the affinity of its first part, which would make floats of other
 * parts' integers when they are read. With texts in one part, they have none.
 */
function withoutAffinity(sql: string, count: number): string {
  const { parts, bodyEnd } = readShape(sql);
  if (parts === 1 || parts >= mostParts) return sql;
  const texts = Array.from({ length: count }, () => "''");
  return `${sql.slice(0, bodyEnd)}\nUNION ALL SELECT ${texts.join()} WHERE 0 ${sql.slice(bodyEnd)}`;
}

function exactReturning(sql: string, { columns }: Prepared): string {
  const clause = returningItems(sql);
  if (clause === undefined) return sql;
  const stars = clause.items.filter(({ kind }) => kind === "star").length;
  const starLength = (columns.list.length - (clause.items.length - stars)) / Math.max(1, stars);
  let column = 0;
  const items = clause.items.flatMap((item) => {
    if (item.kind === "expression") {
      column += 1;
      return [item.sql];
    }
    const names = columns.list
      .slice(column, column + starLength)
      .map(({ name }) => quoteName(name));
    column += starLength;
    return names;
  });
  return `${clause.head} ${items.map(exactValue).join()}`;
}

function exactValue(expression: string): string {
  return `(SELECT ${taggedBytes("v")} FROM (SELECT ${expression}\n AS v LIMIT -1))`;
}

/** Takes rows as they come from a statement made by `exactly`, and hands on what they stand for. */
export function readingExactly(sink: RowSink): RowSink {
  return {
    start: (columns) => sink.start?.(columns),
    begin: (columns) => sink.begin(columns),
    row: (values) => {
      if (sink.wantsRows !== false) sink.row(values.map(untagged));
    },
    pause: () => sink.pause(),
  };
}

function untagged(value: SqlValue): SqlValue {
  if (!(value instanceof Uint8Array)) return value;
  const bytes = Buffer.from(value.buffer, value.byteOffset + 1, value.byteLength - 1);
  if (value[0] !== textLetter) return bytes;
  checkValueLength(bytes.byteLength);
  if (isUtf8(bytes)) return bytes.toString();
  throw new SqlError(
    "TEXT_NOT_UTF8",
    "The statement returned a text that is not UTF-8; read its bytes with CAST(… AS BLOB)",
  );
}

const schemaSql = `SELECT CAST(sql AS BLOB) FROM sqlite_schema
  WHERE sql LIKE '%x''%' OR sql LIKE '%like%' OR sql LIKE '%glob%'`;

/**
 * Refuses to show programs that contain bytes which are no text: those of blobs, which SQLite shows
 * as if they were, and the end of the range that it looks for a LIKE or GLOB in.
 *
 * @param values what the parameters are
 * @throws SqlError
 */
export function checkExplained(
  connection: Connection,
  sql: string,
  values: readonly SqlValue[],
): void {
  const rows: unknown[] = connection.handle.prepare(schemaSql).raw().all();
  const stored = rows.flatMap((row) =>
    isRow(row) && row[0] instanceof Uint8Array ? [row[0]] : [],
  );
  const texts = [sql, ...stored.map((bytes) => Buffer.from(bytes).toString())];
  const isMatching = texts.some((text) => /like|glob/i.test(text));
  const hasOddValue =
    isMatching && values.some((value) => typeof value === "string" && hasHighest(value));
  if (!hasOddValue && !texts.some(isOdd)) return;
  throw new SqlError(
    "SQL_INPUT_ERROR",
    "SQL input error: EXPLAIN cannot show bytes that are no text, as of a blob or a LIKE; use EXPLAIN QUERY PLAN",
  );
}

function isOdd(sql: string): boolean {
  return hasBinaryLiteral(sql) || (/like|glob/i.test(sql) && hasHighest(sql));
}

/** Whether a text has a character whose last byte is the highest of its kind, and is none raised by one. */
function hasHighest(text: string): boolean {
  return Array.from(text).some((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= 0x7f && (code & 0x3f) === 0x3f;
  });
}

function hasBinaryLiteral(sql: string): boolean {
  return tokenize(sql).some(({ type, start, end }) => {
    if (type !== TokenType.blob) return false;
    const bytes = Buffer.from(sql.slice(start + 2, end - 1), "hex");
    return bytes.includes(0) || !isUtf8(bytes);
  });
}
