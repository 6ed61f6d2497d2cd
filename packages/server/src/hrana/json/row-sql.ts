/** Stands in for a value that the query below cannot write; JSON escapes it, so it is nowhere else. */
const unwritable = "\u0001";

/** Functions have a hundred arguments at most in SQLite, and each column takes one. */
export const mostColumns = 90;

/** A type of values that the query below can write. */
export type WritableType = "integer" | "text" | "real" | "null";

/**
 * A query by which SQLite itself writes the rows of another one as JSON, as `encodeRow` would: an
 * equal JSON value, in about a third of the time for many rows. It has one row: how many rows
 * there are, and their texts, joined by commas; null where there are none.
 *
 * The `LIMIT` also keeps SQLite from merging the two queries, which would compute a column such as
 * `random()` once for its type and again for its value.
 *
 * @param sql one statement that only reads, without a closing semicolon
 * @param usual the types that the columns have in most rows, which are written fastest;
 *   {@link mostColumns} at most
 * @param mostRows there is nothing of the rows after so many
 */
export function rowsAsJson(sql: string, usual: readonly WritableType[], mostRows: number): string {
  const columns = usual.map((type, index) => ({ name: `c${index}`, type }));
  const names = columns.map(({ name }) => name).join();
  const rows = nameNotIn(sql);
  // The statement may end in a comment, which ends with its line.
  return (
    `WITH ${rows}(${names}) AS (${sql}\n) ` +
    `SELECT count(*), group_concat(${rowAsJson(columns)}) FROM (SELECT * FROM ${rows} LIMIT ${mostRows})`
  );
}

/** A name for the rows of a statement: one that it names would be read in the place of a table. */
export function nameNotIn(sql: string): string {
  const text = sql.toLowerCase();
  let name = "json_rows";
  while (text.includes(name)) name += "_";
  return name;
}

/** Whether a text of {@link rowsAsJson} has every value. */
export function isWhole(json: string): boolean {
  return !json.includes(unwritable);
}

interface UsualColumn {
  readonly name: string;
  readonly type: WritableType;
}

/** One call for a usual row; any other is put together from its values. */
function rowAsJson(columns: readonly UsualColumn[]): string {
  const isUsual = columns.map(({ name, type }) => hasType[type](name)).join(" AND ");
  const template = columns.map(({ type }) => templates[type]).join();
  const args = columns.flatMap(({ name, type }) => argumentOf(name, type));
  const values = columns.map(({ name }) => valueAsJson(name)).join(" || ',' || ");
  return (
    `CASE WHEN ${isUsual} THEN format(${["'[" + template + "]'", ...args].join()}) ` +
    `ELSE '[' || ${values} || ']' END`
  );
}

const hasType: Readonly<Record<WritableType, (column: string) => string>> = {
  integer: (column) => `typeof(${column}) = 'integer'`,
  text: (column) => `typeof(${column}) = 'text'`,
  // Neither zero nor infinite.
  real: (column) => `typeof(${column}) = 'real' AND ${column} * 0.0 = 0.0 AND ${column} <> 0.0`,
  null: (column) => `${column} IS NULL`,
};

const floatFormat = "%!.20e";
const templates: Readonly<Record<WritableType, string>> = {
  integer: '{"type":"integer","value":"%d"}',
  text: '{"type":"text","value":%s}',
  real: `{"type":"float","value":${floatFormat}}`,
  null: '{"type":"null"}',
};

function argumentOf(column: string, type: WritableType): string[] {
  if (type === "null") return [];
  return [type === "text" ? textAsJson(column) : column];
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
    ELSE format('${floatFormat}', ${column}) END`;
}
