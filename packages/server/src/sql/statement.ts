/** What a statement does, as far as those who run it need to know. */
export type StatementKind =
  | "read"
  | "write"
  | "ddl"
  | "begin"
  | "commit"
  | "rollback"
  | "savepoint"
  | "release"
  | "rollbackTo"
  | "pragma"
  | "explain";

/** The keyword that says what a statement does; of `WITH … INSERT` and `EXPLAIN INSERT`, that is `INSERT`. */
export type Verb =
  | "SELECT"
  | "VALUES"
  | "INSERT"
  | "REPLACE"
  | "UPDATE"
  | "DELETE"
  | "CREATE"
  | "DROP"
  | "ALTER"
  | "REINDEX"
  | "PRAGMA"
  | "BEGIN"
  | "COMMIT"
  | "END"
  | "ROLLBACK"
  | "SAVEPOINT"
  | "RELEASE";

/** What the verb and the words after it say about a statement. */
export interface StatementShape {
  readonly kind: StatementKind;
  readonly verb: Verb;
  /** False if it may write the file or take a write lock (SQLite: sqlite3_stmt_readonly). */
  readonly isReadonly: boolean;
  /** It changes settings of its connection, which must be reset before someone else uses that. */
  readonly setsConnectionState: boolean;
  /** Of a `PRAGMA`: its name, in lower case. */
  readonly pragma: string | null;
}

/** One statement that passed the gate. */
export interface AnalyzedStatement extends StatementShape {
  readonly isExplain: boolean;
  /** It is an EXPLAIN QUERY PLAN. */
  readonly isQueryPlan: boolean;
  /** It is an INSERT, REPLACE, UPDATE or DELETE that runs, so `affected_row_count` is its change count. */
  readonly countsChanges: boolean;
  /** It is an INSERT or REPLACE that runs, so `last_insert_rowid` is its own. */
  readonly insertsRows: boolean;
  /** It calls a function whose value is left by the statement before it on the same connection. */
  readonly readsConnectionState: boolean;
  /** The name of each parameter by number less one, prefix included; null for `?` and for numbers not used. */
  readonly parameters: readonly (string | null)[];
  /** The parameters, by number less one, that must be a possible number of neighbours of a vector search. */
  readonly neighbourCounts: readonly number[];
  /** The parameters, by number less one, that `concat_ws` puts between texts. */
  readonly separators: readonly number[];
  /** What in it can lead to a text that the binding cannot read; see `hazard`. */
  readonly hazards: number;
  /** The text that has to run in place of its own, which shows what tenants may not see; null: its own. */
  readonly runsAs: string | null;
}

/** It takes the write lock, if there is something for it to do. */
export function mayWrite({ isReadonly, isExplain, pragma }: AnalyzedStatement): boolean {
  return !isReadonly && !isExplain && pragma !== "journal_mode";
}

/** It depends on nothing but the database. */
export function isPlainRead({ kind, isExplain, readsConnectionState }: AnalyzedStatement): boolean {
  return kind === "read" && !isExplain && !readsConnectionState;
}

/** What it does depends on what is in the database; others only look at its schema, or at nothing. */
export function dependsOnData({ kind, isExplain }: AnalyzedStatement): boolean {
  return !isExplain && (kind === "read" || kind === "write" || kind === "ddl");
}
