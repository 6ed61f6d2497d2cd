import { words } from "./words.ts";
import type { Scanner } from "./scanner.ts";
import { TokenType } from "./tokens.ts";

/**
 * What can lead to a text that holds a NUL or is not UTF-8, which the binding cannot read. Such a text is made of
 * bytes that become text, or of an escape of JSON that becomes a character: it takes one of the former and one of the
 * latter, in one statement or in several that follow each other.
 */
export const hazard = {
  /** Brings in bytes: a blob, or a function that makes one. */
  bytes: 1,
  /** Turns bytes into text, on purpose or by the way. */
  bytesToText: 2,
  /** Brings in a backslash, with which JSON's escapes begin. */
  escapes: 4,
  /** Puts characters in the place of JSON's escapes. */
  escapesToText: 8,
  /** Does both by itself. */
  all: 15,
} as const;

/** Says whether hazards that came together can have made a text that the binding cannot read. */
export function isHazardous(hazards: number): boolean {
  const bytes = hazard.bytes | hazard.bytesToText;
  const escapes = hazard.escapes | hazard.escapesToText;
  return (hazards & bytes) === bytes || (hazards & escapes) === escapes;
}

const functions: ReadonlyMap<string, number> = new Map([
  ...each(
    0,
    `abs acos acosh asin asinh atan atan2 atanh atn2 avg bm25 ceil ceiling changes charindex coalesce cos cosh cot
    coth count cume_dist date datetime degrees dense_rank difference exp first_value floor generate_series glob hex
    ifnull iif instr json_array_length json_error_position json_type json_valid julianday lag last_insert_rowid
    last_rows_affected last_value lead length like likelihood likely ln log log10 max min mod mode nth_value ntile
    nullif octet_length offsets percent_rank pi power quote radians raise random rank regexp regexpi round row_number
    sign sin sinh soundex sqlite_compileoption_get sqlite_compileoption_used sqlite_source_id sqlite_version sqrt
    square stdev substr substring subtype sum tan tanh time timediff total total_changes typeof unicode unixepoch
    unlikely uuid uuid_str variance vector_distance_cos vector_distance_l2 vector_extract vector_top_k`,
  ),
  ...each(
    hazard.bytes,
    `geopoly_blob libsql_vector_idx matchinfo randomblob sha3 unhex uuid_blob vector vector16 vector1bit vector32
    vector64 vector8 vectorb16 zeroblob`,
  ),
  ...each(
    hazard.bytesToText,
    "concat concat_ws group_concat highlight lower ltrim replace rtrim snippet strftime string_agg trim upper",
  ),
  ...each(
    hazard.bytesToText | hazard.escapes,
    `json json_array json_group_array json_group_object json_insert json_object json_patch json_quote json_remove
    json_replace json_set`,
  ),
  ...each(hazard.bytesToText | hazard.escapesToText, "json_each json_extract json_tree"),
]);

/** What does so without being called: tables that take their arguments in a WHERE, too, and the column that an FTS5 table calls a function for. */
const bareNames: ReadonlyMap<string, number> = new Map([
  ...each(hazard.bytesToText | hazard.escapesToText, "json_each json_tree"),
  ...each(hazard.bytesToText, "fts3tokenize rank"),
]);

function each(hazards: number, names: string): [string, number][] {
  return words(names).map((name) => [name, hazards]);
}

/** What `CREATE VIRTUAL TABLE` brings in: the tables in which these keep their data hold blobs. */
const modules: ReadonlyMap<string, number> = new Map(
  each(hazard.bytes, "fts3 fts4 fts5 rtree rtree_i32 geopoly"),
);

// SQLite: SQLite Keywords. No name can stand before a parenthesis behind a word that is none of them and be a function.
const keywords = new Set(
  words(`
    abort action add after all alter always analyze and as asc attach autoincrement before begin between by cascade
    case cast check collate column commit conflict constraint create cross current current_date current_time
    current_timestamp database default deferrable deferred delete desc detach distinct do drop each else end escape
    except exclude exclusive exists explain fail filter first following for foreign from full generated glob group
    groups having if ignore immediate in index indexed initially inner insert instead intersect into is isnull join
    key last left like limit match materialized natural no not nothing notnull null nulls of offset on or order others
    outer over partition plan pragma preceding primary query raise range recursive references regexp reindex release
    rename replace restrict returning right rollback row rows savepoint select set table temp temporary then ties to
    transaction trigger unbounded union unique update using vacuum values view virtual when where window with without
  `),
);
const beforeColumns = new Set(["into", "table", "exists", "references", "with", "recursive", "."]);
const textType = /char|clob|text/;
const bytesType = /blob/;

/**
 * Gathers the hazards of a statement, token by token. Where it cannot tell it assumes them: that costs time when rows
 * are read, and nothing else.
 */
export class HazardReader {
  /** The hazards of what was read so far. */
  hazards: number;
  /** The last two tokens: their names, a dot, or nothing. */
  #last = "";
  #beforeLast = "";
  #hasCast = false;
  #isIndex = false;

  /** @param sql the whole statement */
  constructor(sql: string) {
    this.hazards = sql.includes("\\") ? hazard.escapes : 0;
  }

  /**
   * Takes the next significant token.
   *
   * @param scanner the scanner that stands on it
   * @param name its name without quotes, case folded, if it is a word or quoted name; otherwise empty
   */
  feed(scanner: Scanner, name: string): void {
    const { type } = scanner;
    if (name !== "") this.#name(name);
    else if (type === TokenType.string) this.#string(scanner);
    else if (type === TokenType.leftParen) this.#call();
    else if (type === TokenType.operator) this.#operator(scanner);
    else if (type === TokenType.blob) this.hazards |= hazard.bytes;
    this.#beforeLast = this.#last;
    this.#last = type === TokenType.dot ? "." : name;
  }

  /** Takes the module of a virtual table. */
  module(name: string): void {
    this.hazards |= modules.get(name) ?? hazard.all;
  }

  /** Takes a name among the arguments of a module: that of an option may be followed by any function's. */
  moduleArgument(name: string): void {
    if (name === "compress" || name === "uncompress") this.hazards |= hazard.all;
  }

  #operator({ sql, start, end }: Scanner): void {
    if (end - start < 2) return;
    const operator = sql.slice(start, end);
    if (operator === "||" || operator === "->") this.hazards |= hazard.bytesToText;
    if (operator === "->>") this.hazards |= hazard.bytesToText | hazard.escapesToText;
  }

  /** A type, or a table, may be written as a string. */
  #string({ sql, start, end }: Scanner): void {
    this.#name(sql.slice(start + 1, end - 1).toLowerCase());
  }

  #name(name: string): void {
    this.hazards |= bareNames.get(name) ?? 0;
    if (name === "index") this.#isIndex ||= this.#last === "create" || this.#last === "unique";
    if (!this.#hasCast) return;
    if (textType.test(name)) this.hazards |= hazard.bytesToText;
    if (bytesType.test(name)) this.hazards |= hazard.bytes;
  }

  #call(): void {
    const name = this.#last;
    if (name === "" || name === ".") return;
    if (name === "cast") this.#hasCast = true;
    const known = functions.get(name);
    if (known === undefined && this.#isNoCall(name, this.#beforeLast)) return;
    this.hazards |= known ?? hazard.all;
  }

  /** A keyword, a table with its columns, a type with its length, or a table that a pragma is asked as. */
  #isNoCall(name: string, before: string): boolean {
    if (keywords.has(name) || beforeColumns.has(before) || name.startsWith("pragma_")) return true;
    if (this.#isIndex && before === "on") return true;
    return before !== "" && !keywords.has(before);
  }
}
