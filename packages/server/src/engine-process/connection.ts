import { LRUCache } from "lru-cache";
import { Columns, noColumns } from "../hrana/columns.ts";
import {
  type Handle,
  isRow,
  openHandle,
  type PreparedStatement,
  prepareStatement,
} from "./binding.ts";
import { connectionClosed } from "./reclaim.ts";
import { WideRead } from "./wide-read.ts";

const cachedStatements = 100;
/** Longer texts are seldom sent twice, and would fill the cache. */
const cachedLength = 10_000;

/** A prepared statement with its columns. */
export interface Prepared extends PreparedStatement {
  readonly columns: Columns;
  /** Another way to read its rows, where it has one. */
  readonly wide: WideRead | undefined;
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
  /** It never changed a row, so the functions that tell of changes have nothing to tell. */
  isPristine = true;
  readonly #statements = new LRUCache<string, Prepared>({ max: cachedStatements });
  readonly #exact = new WeakMap<Prepared, Prepared>();
  #changes: PreparedStatement | undefined;
  #versions: PreparedStatement | undefined;
  #version: number | undefined;
  #schema = 0;
  #isReadOnly = false;
  readonly #maxPages: number;
  #isLimited = false;

  /** @param maxPages how many pages the database may grow to */
  constructor(path: string, maxPages: number) {
    this.#maxPages = maxPages;
    this.handle = openHandle(path);
    // Durable against a crash of any process; sqld's level too.
    this.handle.exec("PRAGMA synchronous = NORMAL");
    takeLittleMemory(this.handle);
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
    const wide = prepared.isReader ? new WideRead(this.handle, sql) : undefined;
    const entry = { ...prepared, columns, wide };
    if (sql.length <= cachedLength) this.#statements.set(sql, entry);
    return entry;
  }

  /** The statement that reads exactly what another one returns; throws what the binding throws. */
  exact(prepared: Prepared, sql: () => string): Prepared {
    let exact = this.#exact.get(prepared);
    if (exact === undefined) {
      exact = { ...prepared, ...prepareStatement(this.handle, sql()), wide: undefined };
      this.#exact.set(prepared, exact);
    }
    return exact;
  }

  /** What the last statement that changed rows did. */
  lastChanges(): { readonly changes: number; readonly lastInsertRowid: bigint } {
    this.#changes ??= prepareStatement(this.handle, "SELECT changes(), last_insert_rowid()");
    const row = this.#changes.statement.get([]);
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
    if (this.#schema !== 0) this.handle.exec("SELECT 1 FROM sqlite_schema LIMIT 0");
    this.#schema = schema;
  }

  /** Sets how far the database may grow; throws what the binding throws where it is busy. */
  limitSize(): void {
    if (this.#isLimited) return;
    this.handle.exec(`PRAGMA max_page_count = ${this.#maxPages}`);
    this.#isLimited = true;
  }

  /** Lets statements change the database, or not. */
  setReadOnly(isReadOnly: boolean): void {
    if (this.#isReadOnly === isReadOnly) return;
    this.handle.exec(`PRAGMA query_only = ${isReadOnly ? 1 : 0}`);
    this.#isReadOnly = isReadOnly;
  }

  /**
   * Begins a transaction that sees the database as it is now, until `reset`. Where that fails since
   * the database is busy, call it again.
   *
   * @returns whether another connection changed the database since the last time
   */
  beginToRead(): boolean {
    if (this.isAutocommit) this.handle.exec("BEGIN");
    this.#versions ??= prepareStatement(this.handle, "PRAGMA data_version");
    const row = this.#versions.statement.get([]);
    const version = isRow(row) ? Number(row[0]) : undefined;
    const isNews = version !== this.#version;
    this.#version = version;
    return isNews;
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
    this.rollBack();
    if (this.hasSettings) return false;
    this.isTimedOut = false;
    this.setReadOnly(false);
    return true;
  }

  close(): void {
    this.#statements.clear();
    this.#changes = undefined;
    this.#versions = undefined;
    this.handle.close();
    connectionClosed();
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
