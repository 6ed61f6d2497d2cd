import { words } from "./words.ts";

/**
 * Which pragmas may be used, and how. The rule for an allowed one: it can harm neither durability, nor the limits of
 * the database, nor another connection, database or file (SQLite: PRAGMA Statements).
 */

/** What giving a pragma a value does: `asks` a question about it, or `sets` the file or the connection. */
export type PragmaValue = "none" | "asks" | "setsFile" | "setsConnection";

export interface Pragma {
  /** The meaning of `PRAGMA name = value` and `PRAGMA name(value)`; `none`: refused. */
  readonly value: PragmaValue;
  /** False if SQLite does not call `PRAGMA name` read-only. */
  readonly isReadonly: boolean;
}

const reports = `
  analysis_limit application_id auto_vacuum automatic_index busy_timeout cache_size cache_spill cell_size_check
  checkpoint_fullfsync collation_list compile_options data_version encoding freelist_count fullfsync function_list
  hard_heap_limit ignore_check_constraints journal_mode journal_size_limit locking_mode max_page_count mmap_size
  module_list page_count page_size pragma_list query_only read_uncommitted reverse_unordered_selects schema_version
  secure_delete soft_heap_limit synchronous temp_store threads trusted_schema wal_autocheckpoint
`;
const questions = `
  foreign_key_check foreign_key_list index_info index_list index_xinfo integrity_check quick_check table_info
  table_list table_xinfo
`;

const pragma = (value: PragmaValue): Pragma => ({ value, isReadonly: true });

const allowedPragmas = new Map<string, Pragma>([
  ...words(reports).map((name): [string, Pragma] => [name, pragma("none")]),
  ...words(questions).map((name): [string, Pragma] => [name, pragma("asks")]),
  ["journal_mode", { value: "none", isReadonly: false }],
  ["database_list", pragma("none")],
  ["user_version", pragma("setsFile")],
  ["foreign_keys", pragma("setsConnection")],
  ["defer_foreign_keys", pragma("setsConnection")],
  ["recursive_triggers", pragma("setsConnection")],
  ["legacy_alter_table", pragma("setsConnection")],
]);

// Those that the engine offers as a table and that are not allowed above, and database_list: its rows show where the
// file lies on the host, so that queries get others in their place.
const forbiddenTables = new Set(
  words(`
    count_changes database_list default_cache_size empty_result_callbacks full_column_names incremental_vacuum
    lock_proxy_file lock_status optimize short_column_names shrink_memory stats temp_store_directory
    wal_checkpoint writable_schema
  `),
);

/**
 * Looks a pragma up.
 *
 * @param name its name without schema and quotes, case folded
 * @returns what may be done with it, or undefined if it is refused
 */
export function findPragma(name: string): Pragma | undefined {
  return allowedPragmas.get(name);
}

/**
 * Says whether a name is that of a table-valued pragma that SQLite must not read. A tenant's own table may well start with
 * `pragma_`, so a name that the engine does not know passes.
 *
 * @param name a table name without quotes, case folded
 */
export function isForbiddenPragmaTable(name: string): boolean {
  return name.startsWith("pragma_") && forbiddenTables.has(name.slice("pragma_".length));
}
