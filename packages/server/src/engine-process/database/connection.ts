import { LRUCache } from "lru-cache";
import { Columns, noColumns } from "../../hrana/columns.ts";
import type { SqlValue } from "../../hrana/values.ts";
import type { AnalyzedStatement } from "../../sql/index.ts";
import {
  abandon,
  type Handle,
  isRow,
  openHandle,
  type PreparedStatement,
  prepareStatement,
} from "./binding.ts";
import { processTime } from "../process/fair-time.ts";
import { connectionClosed } from "../process/reclaim.ts";
import { JsonRead } from "./json-read.ts";

const cachedStatements = 100;
const unknownSchema = -1;
/** SQLite makes none that are smaller, in bytes. */
const leastPageSize = 512;
/** Longer texts are seldom sent twice, and would fill the cache. */
const cachedLength = 10_000;

/** A prepared statement with its columns. */
export interface Prepared extends PreparedStatement {
  readonly columns: Columns;
  /** Another way to read its rows, where it has one. */
  readonly asJson: JsonRead | undefined;
  /** It took next to no time the last time. */
  isQuick: boolean;
}

/** One connection to a database file, with the statements prepared on it. */
export class Connection {
  readonly handle: Handle;
  /** When the write transaction that is open on it began to hold the write lock. */
  writingSince: number | undefined;
  /** Its transaction was rolled back because another writer waited too long. */
  isTimedOut = false;
  /** A statement changed settings that the next user of the connection must not find. */
  hasSettings = false;
  /** The transaction that is open on it changed the schema, as it alone sees. */
  hasChangedSchema = false;
  /** The transaction that is open on it has noted hazards, as it alone sees. */
  hasStoredHazards = false;
  /** It never changed a row, so the functions that tell of changes have nothing to tell. */
  isPristine = true;
  readonly #statements = new LRUCache<string, Prepared>({ max: cachedStatements });
  readonly #exact = new WeakMap<Prepared, Prepared>();
  readonly #own = new Map<string, PreparedStatement>();
  #version: number | undefined;
  #schema = 0;
  #isReadOnly = false;
  readonly #maxBytes: number;
  readonly #openingTime: number;
  #isLimited = false;

  /** @param maxBytes how large the database may become */
  constructor(path: string, maxBytes: number) {
    this.#maxBytes = maxBytes;
    const started = performance.now();
    this.handle = openHandle(path);
    // Durable against a crash of any process; sqld's level too.
    this.handle.exec("PRAGMA synchronous = NORMAL");
    takeLittleMemory(this.handle);
    this.#openingTime = performance.now() - started;
  }

  get isAutocommit(): boolean {
    return !this.handle.inTransaction;
  }

  /** The prepared statement for `sql`, if it is at hand. */
  cached(sql: string): Prepared | undefined {
    return this.#statements.get(sql);
  }

  /** Prepares `sql`; throws what the binding throws. */
  prepare(sql: string): Prepared {
    const prepared = prepareStatement(this.handle, sql);
    const columns = prepared.isReader ? columnsOf(prepared) : noColumns;
    const asJson = prepared.isReader ? new JsonRead(this.handle, sql) : undefined;
    const entry = { ...prepared, columns, asJson, isQuick: false };
    if (sql.length <= cachedLength) this.#statements.set(sql, entry);
    return entry;
  }

  /** The statement that reads exactly what another one returns; throws what the binding throws. */
  exact(prepared: Prepared, sql: () => string): Prepared {
    let exact = this.#exact.get(prepared);
    if (exact === undefined) {
      exact = { ...prepared, ...prepareStatement(this.handle, sql()), asJson: undefined };
      this.#exact.set(prepared, exact);
    }
    return exact;
  }

  /** What the last statement that changed rows did. */
  lastChanges(): { readonly changes: number; readonly lastInsertRowid: bigint } {
    const row = this.#prepared("SELECT changes(), last_insert_rowid()").statement.get([]);
    const [changes, rowid] = isRow(row) ? row : [];
    return {
      changes: Number(changes ?? 0),
      lastInsertRowid: typeof rowid === "bigint" ? rowid : 0n,
    };
  }

  /** Drops prepared statements that were made for another schema than number `schema`. */
  useSchema(schema: number): void {
    if (this.#schema === schema) return;
    this.#statements.clear();
    // SQLite finds out when a statement runs, which is too late for the columns of the next one.
    if (this.#schema !== 0) this.handle.exec(this.#looksAtTheSchema);
    // What an older snapshot shows is the schema of then: it has to be looked at again after it.
    this.#schema = this.#seesTheLast ? schema : unknownSchema;
  }

  /** To look as others do would pin the state of now, where a first write has to find the last. */
  get #looksAtTheSchema(): string {
    return this.hasToFindTheLast
      ? "PRAGMA writable_schema = RESET"
      : "SELECT 1 FROM sqlite_schema LIMIT 0";
  }

  /** It is in a transaction that has not written, and whose first write has to find the last state. */
  get hasToFindTheLast(): boolean {
    return !this.isAutocommit && this.writingSince === undefined;
  }

  /** It is in no transaction, or in one that writes, which only the last state of a database can have. */
  get #seesTheLast(): boolean {
    return this.isAutocommit || this.hasChangedSchema || this.writingSince !== undefined;
  }

  /** Takes the write lock in an open transaction, and changes nothing; throws what the binding throws. */
  lock(): void {
    this.handle.exec("SAVEPOINT locking");
    try {
      this.handle.exec("PRAGMA application_id = 0");
      this.writingSince = processTime();
    } finally {
      this.handle.exec("ROLLBACK TO locking; RELEASE locking");
    }
  }

  /** Sets how far the database may grow; throws what the binding throws where it is busy. */
  limitSize(): void {
    if (this.#isLimited) return;
    const row = this.handle.prepare("PRAGMA page_size").raw().get();
    const pageSize = isRow(row) ? Number(row[0]) : leastPageSize;
    const maxPages = Math.max(1, Math.floor(this.#maxBytes / pageSize));
    this.handle.exec(`PRAGMA max_page_count = ${maxPages}`);
    this.#isLimited = true;
  }

  /** Writes the log into the database and begins it anew, as far as those that are at work let it. */
  emptyLog(): void {
    if (this.isAutocommit) this.handle.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  /** Lets statements change the database, or not. */
  setReadOnly(isReadOnly: boolean): void {
    if (this.#isReadOnly === isReadOnly) return;
    this.handle.exec(`PRAGMA query_only = ${isReadOnly ? 1 : 0}`);
    this.#isReadOnly = isReadOnly;
  }

  /** Whether another connection changed the database since the last time that this was asked. */
  hasNews(): boolean {
    const version = this.#number("PRAGMA data_version");
    const isNews = version !== this.#version;
    this.#version = version;
    return isNews;
  }

  /** The number that SQLite gives the schema of the file, which every change of it raises. */
  schemaVersion(): number {
    return this.#number("PRAGMA schema_version");
  }

  /** Begins a transaction; throws what the binding throws. */
  begin(sql: "BEGIN" | "BEGIN IMMEDIATE"): void {
    // Prepared, one that found the database busy would go on counting as at work.
    this.handle.exec(sql);
  }

  /**
   * Runs COMMIT, END or RELEASE; throws what the binding throws. Prepared, one that a foreign key
   * refuses would go on counting as at work, and keep the connection at what it sees now.
   */
  conclude(sql: string): { readonly changes: number; readonly lastInsertRowid: number } {
    this.handle.exec(sql);
    return { changes: 0, lastInsertRowid: 0 };
  }

  /** Keeps what the open transaction has done; throws what the binding throws. */
  commit(): void {
    this.handle.exec("COMMIT");
    this.writingSince = undefined;
  }

  /**
   * Lets go of a statement that found the database busy. The binding leaves it as it is, and SQLite
   * counts it as at work: what other statements write would not be committed. Only its next run
   * resets it, so it is run once more, in a way that fails before it begins.
   */
  letGo(
    prepared: PreparedStatement,
    { isReadonly }: AnalyzedStatement,
    values: readonly SqlValue[],
  ): void {
    // It would not fail. The next user gets another connection.
    if (isReadonly) this.hasSettings = true;
    else this.#resetByRunning(prepared, values);
  }

  /**
   * Ends a statement whose rows were not read to their end. In a transaction that wrote to a virtual
   * table, SQLite never forgets an interruption.
   */
  abandon(prepared: PreparedStatement, values: readonly SqlValue[], rows: Iterator<unknown>): void {
    if (this.isAutocommit || this.writingSince === undefined) abandon(this.handle, rows);
    else this.#resetByRunning(prepared, values);
  }

  /** Of all that the binding has, only a run by `get` resets a statement; it may not write. */
  #resetByRunning({ statement }: PreparedStatement, values: readonly SqlValue[]): void {
    this.handle.exec("PRAGMA query_only = 1");
    try {
      statement.get(values);
    } catch {
      // It may not write.
    }
    this.handle.exec(`PRAGMA query_only = ${this.#isReadOnly ? 1 : 0}`);
  }

  /** Ends an open transaction without keeping it. */
  rollBack(): void {
    if (this.handle.inTransaction) this.handle.exec("ROLLBACK");
    this.writingSince = undefined;
  }

  /**
   * Makes the connection as good as new for its next user.
   *
   * @returns false where only a new one is
   */
  reset(): boolean {
    try {
      this.rollBack();
      if (this.hasSettings) return false;
      this.isTimedOut = false;
      this.setReadOnly(false);
      return true;
    } catch {
      // Whatever it is, nobody else is to find it.
      return false;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#own.clear();
    this.handle.close();
    connectionClosed(this.#openingTime);
  }

  /** A statement of the server's own. */
  #prepared(sql: string): PreparedStatement {
    const known = this.#own.get(sql);
    if (known !== undefined) return known;
    const prepared = prepareStatement(this.handle, sql);
    this.#own.set(sql, prepared);
    return prepared;
  }

  #number(sql: string): number {
    const row = this.#prepared(sql).statement.get([]);
    return isRow(row) ? Number(row[0]) : 0;
  }
}

/**
 * With its first page, SQLite takes memory for twenty, which most databases never fill; with a
 * cache of four it takes it for four. Then the cache may grow again, page by page.
 */
function takeLittleMemory(handle: Handle): void {
  handle.exec(`
    PRAGMA cache_size = 4;
    PRAGMA shrink_memory;
    SELECT count(*) FROM sqlite_schema;
    PRAGMA cache_size = -2000`);
}

function columnsOf({ statement }: PreparedStatement): Columns {
  return new Columns(statement.columns().map(({ name, type }) => ({ name, decltype: type })));
}
