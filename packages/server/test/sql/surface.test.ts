import { expect, test } from "vitest";
import { allowedModules, forbiddenTables, forbiddenFunction } from "../../src/sql/forbidden.ts";
import { analyze } from "../../src/sql/index.ts";
import { Sqlite } from "./sqlite.ts";

// Everything below was looked at and can touch neither files, nor memory it does not own, nor the connection, nor SQL
// given as text. What the engine has and no list here names has still to be judged.
const harmlessFunctions = words(`
  -> ->> abs acos acosh asin asinh atan atan2 atanh atn2 avg bm25 ceil ceiling changes char charindex coalesce concat
  concat_ws cos cosh cot coth count cume_dist current_date current_time current_timestamp date datetime degrees
  dense_rank difference exp first_value floor format fts5 fts5_source_id geopoly_area geopoly_bbox geopoly_blob
  geopoly_ccw geopoly_contains_point geopoly_group_bbox geopoly_json geopoly_overlap geopoly_regular geopoly_svg
  geopoly_within geopoly_xform glob group_concat hex highlight ifnull iif instr json json_array json_array_length
  json_error_position json_extract json_group_array json_group_object json_insert json_object json_patch json_quote
  json_remove json_replace json_set json_type json_valid jsonb jsonb_array jsonb_extract jsonb_group_array
  jsonb_group_object jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set julianday lag
  last_insert_rowid last_rows_affected last_value lead leftstr length libsql_vector_idx like likelihood likely ln log
  log10 lower lower_quartile ltrim match matchinfo max median min mode nth_value ntile nullif octet_length offsets
  percent_rank pi power printf proper quote radians random randomblob rank regexp regexpi replace reverse rightstr
  round row_number rtreecheck rtreedepth rtreenode rtrim sha3 sign sin sinh snippet soundex sqlite_compileoption_get
  sqlite_compileoption_used sqlite_source_id sqlite_version sqrt square stdev strfilter strftime string_agg substr
  substring subtype sum tan tanh time timediff total total_changes trim typeof unhex unicode unixepoch unlikely upper
  upper_quartile uuid uuid_blob uuid_str variance vector vector16 vector1bit vector32 vector64 vector8
  vector_distance_cos vector_distance_l2 vector_extract vectorb16 zeroblob
`);
const harmlessTables = words(
  "dbstat fts3tokenize generate_series json_each json_tree pragma_function_list pragma_module_list vector_top_k",
);
const refusedPragmas = words(`
  case_sensitive_like count_changes default_cache_size empty_result_callbacks full_column_names incremental_vacuum
  optimize short_column_names shrink_memory temp_store_directory wal_checkpoint writable_schema
`);
const settablePragmas = words(`
  defer_foreign_keys foreign_keys legacy_alter_table recursive_triggers user_version
`);
const answeringPragmas = words(`
  foreign_key_check foreign_key_list index_info index_list index_xinfo integrity_check quick_check table_info
  table_list table_xinfo
`);

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

const sqlite = new Sqlite();
const pragmas = sqlite.names("SELECT name FROM pragma_pragma_list ORDER BY name");
const passes = (sql: string): boolean => analyze(sql).ok;

test("every function of the engine is forbidden or judged harmless", () => {
  const functions = sqlite.names("SELECT DISTINCT name FROM pragma_function_list");
  expect(functions.length).toBeGreaterThan(200);
  const judged = new Set(harmlessFunctions);
  expect(
    functions.filter((name) => forbiddenFunction(name) === undefined && !judged.has(name)),
  ).toEqual([]);
  expect(
    functions.filter((name) => forbiddenFunction(name) !== undefined && judged.has(name)),
  ).toEqual([]);
});

test("every module of the engine is forbidden or judged harmless", () => {
  const judged = new Set([...harmlessTables, ...allowedModules]);
  const modules = sqlite
    .names("SELECT name FROM pragma_module_list")
    .filter((name) => !name.startsWith("pragma_"));
  expect(modules.length).toBeGreaterThan(10);
  expect(modules.filter((name) => !forbiddenTables.has(name) && !judged.has(name))).toEqual([]);
});

test("exactly the pragmas judged dangerous are refused", () => {
  expect(pragmas.filter((name) => !passes(`PRAGMA ${name}`))).toEqual(refusedPragmas);
});

test("exactly the pragmas judged harmless can be given a value", () => {
  const settable = new Set([...settablePragmas, ...answeringPragmas]);
  expect(pragmas.filter((name) => passes(`PRAGMA ${name} = 1`))).toEqual([...settable].toSorted());
  expect(pragmas.filter((name) => passes(`PRAGMA ${name}(1)`))).toEqual([...settable].toSorted());
});

test("a pragma that exists as a table is refused there if it is as a statement", () => {
  const tables = pragmas.filter(
    (name) => sqlite.complaint(`SELECT * FROM pragma_${name}`) === null,
  );
  expect(tables).toContain("optimize");
  for (const name of tables) {
    const refused = refusedPragmas.includes(name);
    expect([name, passes(`SELECT * FROM pragma_${name}`)]).toEqual([name, !refused]);
  }
});

test("folding case needs to mind one character outside ASCII only", () => {
  const foldsIntoAscii = Array.from({ length: 0x10000 - 0x80 }, (_, index) => index + 0x80)
    .map((code) => String.fromCharCode(code))
    .filter((character) => /^[a-z]+$/.test(character.toLowerCase()));
  expect(foldsIntoAscii).toEqual(["\u212a"]);
  expect(passes("PRAGMA loc\u212aing_mode")).toBe(false);
});
