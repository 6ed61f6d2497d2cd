/**
 * What the gate refuses by name. The binding and sqld compile these in and neither offers an authorizer that could
 * deny them one by one. Each name maps to the words that finish the sentence "… is not available: it …".
 *
 * A test compares these lists with the functions, modules and pragmas of the real binding, so that an upgrade that
 * brings a new one fails until somebody has judged it.
 */

const cipherReason = "changes or shows the encryption of the connection";
const overflowReason = "corrupts memory when its length argument is out of range";
const rawPages = "reads and writes raw database pages";

/** Functions, refused where they are called; a column or a string of that name is no call. */
const forbiddenFunctions: ReadonlyMap<string, string> = new Map([
  ["readfile", "reads files of the host"],
  ["writefile", "writes files of the host"],
  ["lsmode", "belongs to the file functions"],
  ["edit", "starts programs on the host"],
  ["load_extension", "loads native code"],
  ["sha3_query", "runs SQL that is given as text"],
  ["fts3_tokenizer", "reads and sets function pointers"],
  ["optimize", "writes from inside a SELECT; use INSERT INTO fts(fts) VALUES('optimize')"],
  ["carray", "reads process memory"],
  ["sqlite_log", "writes to the log of the server"],
  ["sqlite_crypt", "belongs to the user authentication of the connection"],
  ["geopoly_debug", "changes a setting of the whole process"],
  ["libsql_server_database_name", "shows internal names of the server"],
  ["padl", overflowReason],
  ["padr", overflowReason],
  ["padc", overflowReason],
  ["replicate", overflowReason],
]);

const cipherFunctionPrefix = "sqlite3mc_";

/** Tables that exist without having been created, and tables that belong to the engine; refused wherever named. */
export const forbiddenTables: ReadonlyMap<string, string> = new Map([
  ["fsdir", "reads files of the host"],
  ["carray", "reads process memory"],
  ["sqlite_dbpage", rawPages],
  ["sqlite_dbdata", rawPages],
  ["sqlite_dbptr", rawPages],
  ["sqlite_stmt", "shows the SQL of other requests"],
  ["sqlite_memstat", "shows the memory of the whole process"],
  ["tables_used", "compiles SQL that is given as text"],
  ["libsql_wasm_func_table", "is reserved by libSQL"],
  ["_litestream_seq", "is reserved by replication"],
  ["_litestream_lock", "is reserved by replication"],
]);

/** Modules that `CREATE VIRTUAL TABLE` may use: they keep their data in ordinary tables of the same database. */
export const allowedModules: ReadonlySet<string> = new Set([
  "fts3",
  "fts4",
  "fts4aux",
  "fts3tokenize",
  "fts5",
  "fts5vocab",
  "rtree",
  "rtree_i32",
  "geopoly",
]);

/** Those of them that call functions whose names they are given. */
export const callingModules: ReadonlySet<string> = new Set(["fts3", "fts4"]);

/** Functions whose value depends on what the same connection ran before. */
export const connectionStateFunctions: ReadonlySet<string> = new Set([
  "changes",
  "total_changes",
  "last_insert_rowid",
  "last_rows_affected",
]);

/**
 * Looks a called function up.
 *
 * @param name its name without quotes, case folded
 * @returns why it is refused, or undefined if it may be called
 */
export function forbiddenFunction(name: string): string | undefined {
  return (
    forbiddenFunctions.get(name) ??
    (name.startsWith(cipherFunctionPrefix) ? cipherReason : undefined)
  );
}
