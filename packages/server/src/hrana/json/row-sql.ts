/** Stands in for a value that the query below cannot write; JSON escapes it, so it is nowhere else. */
const unwritable = "\u0001";

/** Expressions have a depth of 1,000 at most in SQLite, and each column adds to it. */
export const mostColumns = 100;

/**
 * A query by which SQLite itself writes the rows of another one as JSON, as `encodeRow` would: an
 * equal JSON value, in about a third of the time for many rows. It has one row: how many rows
 * there are, and their texts, joined by commas; null where there are none.
 *
 * The `LIMIT` also keeps SQLite from merging the two queries, which would compute a column such as
 * `random()` once for its type and again for its value.
 *
 * @param sql one statement that only reads, without a closing semicolon
 * @param columnCount how many columns it has, {@link mostColumns} at most
 * @param mostRows there is nothing of the rows after so many
 */
export function rowsAsJson(sql: string, columnCount: number, mostRows: number): string {
  const names = Array.from({ length: columnCount }, (_, index) => `c${index}`);
  const values = names.map(valueAsJson).join(" || ',' || ");
  // The statement may end in a comment, which ends with its line.
  return (
    `WITH r(${names.join()}) AS (${sql}\n) ` +
    `SELECT count(*), group_concat('[' || ${values} || ']') FROM (SELECT * FROM r LIMIT ${mostRows})`
  );
}

/** Whether a text of {@link rowsAsJson} has every value. */
export function isWhole(json: string): boolean {
  return !json.includes(unwritable);
}

function valueAsJson(column: string): string {
  return `CASE typeof(${column})
    WHEN 'integer' THEN '{"type":"integer","value":"' || ${column} || '"}'
    WHEN 'text' THEN '{"type":"text","value":' || ${textAsJson(column)} || '}'
    WHEN 'real' THEN '{"type":"float","value":' || ${floatAsJson(column)} || '}'
    WHEN 'null' THEN '{"type":"null"}'
    ELSE char(${unwritable.charCodeAt(0)}) END`;
}

/** What a JSON function made is not quoted; appending nothing makes it a text like any other. */
function textAsJson(column: string): string {
  return `json_quote(${column} || '')`;
}

/**
 * 21 digits, since SQLite's own choice of digits may be read as the number beside this one. It
 * prints zero without its sign, which its arc tangent shows. JSON has no infinities.
 */
function floatAsJson(column: string): string {
  return `CASE ${column}
    WHEN 0.0 THEN iif(atan2(${column}, -1.0) < 0, '-0.0', '0.0')
    WHEN 9e999 THEN 'null' WHEN -9e999 THEN 'null'
    ELSE format('%!.20e', ${column}) END`;
}
