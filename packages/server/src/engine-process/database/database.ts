import { existsSync } from "node:fs";
import { SqlError } from "../../hrana/errors.ts";
import type { EngineProcessSettings } from "../../engine/wire/settings.ts";
import { isBindingError } from "./binding.ts";
import { Connection } from "./connection.ts";
import { fairTime } from "../process/fair-time.ts";
import { collectGarbage } from "../process/heap.ts";
import type { Durability } from "../files/durability.ts";
import { LockQueue } from "./lock-queue.ts";
import { LogSize } from "./log-size.ts";
import { LongReads } from "./long-reads.ts";
import { mayDeferKeys, refusalOf } from "./stored-schema.ts";
import { TextHazards } from "./text-hazards.ts";
import { Troubles } from "./troubles.ts";

/** A writer waits this long for the lock to be given back, in milliseconds, before it is told that it is taken. */
const leastLockTimeout = 10_000;
/** Connections that are kept for the next requests. */
const idleConnections = 4;
/**
 * Where there were more, none is kept when nobody uses one: SQLite keeps the files of those that were
 * closed open for as long as there is any.
 */
const manyConnections = 16;

type DatabaseSettings = Pick<EngineProcessSettings, "transactionTimeout" | "limits" | "isSilent">;

/** One open database: its connections, and who waits to write. */
export class Database {
  readonly id: string;
  readonly #path: string;
  readonly #transactionTimeout: number;
  readonly #durability: Durability;
  readonly #maxBytes: number;
  readonly textHazards = new TextHazards();
  readonly longReads = new LongReads();
  readonly log: LogSize;
  readonly troubles: Troubles;
  readonly lockQueue = new LockQueue();
  #isShared = false;
  #generation = 0;
  readonly #idle: Connection[] = [];
  readonly #connections = new Set<Connection>();
  #mostConnections = 0;
  #schema = 1;
  /** The number that the file gave its schema when it was last looked at. */
  #fileSchema: number | undefined;
  #isClosed = false;
  #isChecked = false;
  /** For which number of the schema it is known whether keys may be deferred. */
  #keys: { readonly schema: number; readonly mayBeDeferred: boolean } | undefined;

  constructor(
    { id, path }: { readonly id: string; readonly path: string },
    settings: DatabaseSettings,
    durability: Durability,
  ) {
    const { transactionTimeout, limits } = settings;
    this.troubles = new Troubles(settings, { databaseId: id, path });
    this.id = id;
    this.#path = path;
    this.log = new LogSize(path, limits.databaseBytes);
    this.#transactionTimeout = transactionTimeout;
    this.#durability = durability;
    this.#maxBytes = limits.databaseBytes;
  }

  /**
   * How long a writer waits for the lock to be given back, in milliseconds: longer than the one that
   * has it may have it.
   */
  get lockTimeout(): number {
    return Math.max(leastLockTimeout, this.#transactionTimeout + 1_000);
  }

  /** Connections that somebody uses. */
  get inUse(): number {
    return this.#connections.size - this.#idle.length;
  }

  /** The connection that the next `acquire` gives, if there is one. */
  get idleConnection(): Connection | undefined {
    return this.#idle.at(-1);
  }

  /**
   * Whether a foreign key may be checked at the end of its transaction only, as the schema is in the
   * transaction that is open on a connection.
   */
  mayDeferKeys(connection: Connection): boolean {
    const schema = connection.schemaVersion();
    if (this.#keys?.schema !== schema) {
      this.#keys = { schema, mayBeDeferred: mayDeferKeys(connection) };
    }
    return this.#keys.mayBeDeferred;
  }

  /**
   * A connection for one user until `release`.
   *
   * @param isPristine ask for one that never changed a row
   * @throws SqlError where the schema of the file is not served, BindingError where it is no database
   */
  acquire(isPristine: boolean): Connection {
    const index = isPristine
      ? this.#idle.findLastIndex((connection) => connection.isPristine)
      : this.#idle.length - 1;
    const [idle] = index < 0 ? [] : this.#idle.splice(index, 1);
    return idle ?? this.#open();
  }

  #open(): Connection {
    const connection = this.#connect();
    if (!this.#isChecked) this.#check(connection);
    this.#connections.add(connection);
    this.#mostConnections = Math.max(this.#mostConnections, this.#connections.size);
    return connection;
  }

  #connect(): Connection {
    try {
      return new Connection(this.#path, this.#maxBytes);
    } catch (error) {
      const isOutOfFiles = isBindingError(error) && error.code === "SQLITE_CANTOPEN";
      if (!isOutOfFiles || !existsSync(this.#path)) throw error;
      // All descriptors may be those of connections that were closed, and not yet collected.
      collectGarbage();
      return new Connection(this.#path, this.#maxBytes);
    }
  }

  /** What a tenant writes passes the gate; a file may have come from elsewhere. */
  #check(connection: Connection): void {
    try {
      const refusal = refusalOf(connection);
      if (refusal !== undefined) throw refusal;
      this.#isChecked = true;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** Gives a connection back; its transaction is rolled back. */
  release(connection: Connection): void {
    const wasWriting = connection.writingSince !== undefined;
    const isReusable = connection.reset();
    this.transactionOver(connection);
    if (isReusable && !this.#isClosed && this.#idle.length < idleConnections) {
      this.#idle.push(connection);
    } else {
      this.#connections.delete(connection);
      connection.close();
    }
    if (wasWriting) this.writerDone();
    if (this.inUse > 0 || this.#mostConnections <= manyConnections) return;
    this.#mostConnections = 0;
    this.#closeIdle();
  }

  /** Lets a connection know what has become of the schema; throws what the binding throws. */
  refresh(connection: Connection): void {
    connection.useSchema(this.#schema);
  }

  /**
   * Tells the user of a connection before its next statement.
   *
   * @throws SqlError where its transaction was taken from it, once
   */
  tellLoss(connection: Connection): void {
    if (!connection.isTimedOut) return;
    connection.isTimedOut = false;
    throw transactionTimedOut(this.#transactionTimeout);
  }

  /** Another process has the database, too: what is known of it may be old at any time. */
  get isShared(): boolean {
    return this.#isShared;
  }

  set isShared(isShared: boolean) {
    if (this.#isShared && !isShared) {
      this.schemaChanged();
      this.textHazards.forget();
    }
    this.#isShared = isShared;
  }

  /**
   * Learns what other processes did to the database, as a connection sees it. Throws what the
   * binding throws.
   *
   * @param isForGood whether that is what is committed
   */
  catchUp(connection: Connection, isForGood: boolean): void {
    if (!connection.hasNews()) return;
    const version = connection.schemaVersion();
    if (version !== this.#fileSchema) this.schemaChanged();
    this.#fileSchema = version;
    this.textHazards.catchUp(connection, isForGood);
    connection.useSchema(this.#schema);
  }

  /** The same, where only the schema matters: a transaction that has yet to see anything still may. */
  catchUpOnSchema(connection: Connection): void {
    if (!connection.hasToFindTheLast) return this.catchUp(connection, connection.isAutocommit);
    this.schemaChanged();
    connection.useSchema(this.#schema);
  }

  /** The schema may have changed: prepared statements of other connections are out of date. */
  schemaChanged(): void {
    this.#schema += 1;
  }

  /** What a transaction did to the schema, and noted of texts, is there for all, or undone. */
  transactionOver(connection: Connection): void {
    if (connection.hasStoredHazards) this.textHazards.forget();
    connection.hasStoredHazards = false;
    if (connection.hasChangedSchema) this.schemaChanged();
    connection.hasChangedSchema = false;
  }

  /** A transaction that may have written is over, and the write lock is free. */
  committed(): void {
    this.#durability.committed(this.#path);
    this.writerDone();
  }

  /** A writer has given the lock back. */
  writerDone(): void {
    this.lockQueue.wake();
  }

  /** Rolls back the transaction of a writer that held the lock too long. */
  interruptOverdueWriter(): boolean {
    const now = fairTime(this.id);
    for (const connection of this.#connections) {
      const since = connection.writingSince;
      if (since === undefined || now - since < this.#transactionTimeout) continue;
      connection.rollBack();
      connection.isTimedOut = true;
      this.transactionOver(connection);
      this.writerDone();
      return true;
    }
    return false;
  }

  /** Whether a writer that waits is to ask other processes for the lock now. */
  mayAskOthers(): boolean {
    return this.#isShared && this.lockQueue.mayAskOthers();
  }

  /** How often its sessions were ended. */
  get generation(): number {
    return this.#generation;
  }

  /** Sessions that were begun before may do nothing more. */
  endSessions(): void {
    this.#generation += 1;
  }

  /** Closes what is idle now, and the rest when it is released. */
  close(): void {
    this.#isClosed = true;
    this.#closeIdle();
  }

  #closeIdle(): void {
    for (const connection of this.#idle.splice(0)) {
      this.#connections.delete(connection);
      connection.close();
    }
  }
}

/** What a transaction's owner is told after it lost it. */
function transactionTimedOut(limit: number): SqlError {
  return new SqlError(
    "TRANSACTION_TIMEOUT",
    `Transaction timed out: it held the write lock for more than ${limit} ms while another writer waited`,
  );
}
