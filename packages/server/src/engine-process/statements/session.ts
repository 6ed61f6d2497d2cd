import type { Access } from "../../engine/engine.ts";
import type { Command } from "../../engine/wire/frames.ts";
import { noColumns } from "../../hrana/columns.ts";
import { SqlError } from "../../hrana/errors.ts";
import {
  type Description,
  discardRows,
  noArguments,
  type RowSink,
  type Session,
  type StatementArguments,
  type StatementSummary,
  type Steps,
} from "../../hrana/session.ts";
import type { SqlValue } from "../../hrana/values.ts";
import {
  dependsOnData,
  isPlainRead,
  mayWrite,
  splitStatements,
  type AnalyzedStatement,
} from "../../sql/index.ts";
import { analyzeStatement, bind } from "./analyses.ts";
import { endExplain } from "../database/binding.ts";
import { checkExplained, exactly, readingExactly } from "./exact-reading.ts";
import type { Connection, Prepared } from "../database/connection.ts";
import type { Database } from "../database/database.ts";
import { processTime } from "../process/fair-time.ts";
import { LockWait } from "./lock-wait.ts";
import { firstError, prepare } from "./preparing.ts";
import { readRows, readAsJson, runWithoutRows } from "./reading.ts";
import type { SessionHooks } from "./session-hooks.ts";
import type { StreamPlace } from "./stream-places.ts";
import { foundBusy, isBusy, isUntouched, toSqlError } from "../database/sql-errors.ts";
import { streamExpired } from "../../hrana/stream-expired.ts";
import { summarize } from "./summary.ts";

/** A statement that took less time, in milliseconds, may keep others waiting the next time. */
const quickTime = 0.25;
/** What a text without a statement is. */
const nothing: Description = {
  parameters: [],
  columns: noColumns,
  isExplain: false,
  isReadonly: true,
};

/** What a session may do, and for whom. */
interface SessionTerms {
  readonly access: Access;
  /** What it holds among those that outlive their request, if it does. */
  readonly place: StreamPlace | undefined;
  /** Where it runs in a transaction that others have too: the connection of that. */
  readonly connection?: Connection;
}

/** A statement that is run, again where it has to wait, and who takes its rows. */
interface Attempt {
  readonly connection: Connection;
  readonly sql: string;
  readonly statement: AnalyzedStatement;
  readonly values: readonly SqlValue[];
  readonly sink: RowSink;
}

/** Runs the statements of one stream on a database; holds a connection while it needs one. */
export class DatabaseSession implements Session {
  readonly #database: Database;
  readonly #generation: number;
  readonly #hooks: SessionHooks;
  #connection: Connection | undefined;
  #access: Access;
  #place: StreamPlace | undefined;
  /** A statement of this client may have changed rows. */
  #hasChanged = false;
  #hasPlainlyRead = false;
  /** The request that it runs has one statement. */
  #isSingle = false;
  /** The command of the request that it runs, until the first statement of that has come. */
  #begun: number | undefined;

  constructor(database: Database, hooks: SessionHooks, terms: SessionTerms) {
    this.#database = database;
    this.#generation = database.generation;
    this.#hooks = hooks;
    this.#access = terms.access;
    this.#place = terms.place;
    this.#connection = terms.connection;
  }

  /** Each request brings its own access, since each brings its own token. */
  set access(access: Access) {
    this.#access = access;
    this.#connection?.setReadOnly(access === "read-only");
  }

  /**
   * The requests of a command are run from here on.
   *
   * @param isSingle whether one statement is all of them
   */
  begin({ id }: Command, isSingle: boolean): void {
    this.#begun = id;
    this.#isSingle = isSingle;
  }

  /** Its last statement read, and depended on nothing but the database. */
  get hasPlainlyRead(): boolean {
    return this.#hasPlainlyRead;
  }

  isAutocommit(): boolean {
    return this.#connection?.isAutocommit ?? true;
  }

  *execute(given: string, args: StatementArguments, sink: RowSink): Steps<StatementSummary> {
    const begun = this.#begun;
    this.#begun = undefined;
    const statement = analyzeStatement(given, this.#hooks.limits);
    const sql = statement.runsAs ?? given;
    const bound = bind(statement, args);
    const breath = this.#hooks.breath();
    if (breath !== undefined) yield breath;
    this.#checkStanding();
    const connection = this.#connect(statement);
    this.#database.tellLoss(connection);
    if (bound instanceof SqlError) throw firstError(connection, sql, statement, sink, bound);
    const attempt = { connection, sql, statement, values: bound, sink };
    let lock: LockWait | undefined;
    for (;;) {
      try {
        return yield* this.#run(attempt);
      } catch (error) {
        if (!isBusy(error)) {
          lock?.leave();
          throw this.#told(error);
        }
        lock ??= new LockWait(this.#database, this.#hooks, begun);
        if (!(yield* lock.next(() => this.#checkStanding()))) throw this.#told(error);
      }
      // Meanwhile, the one that had the lock may have changed the schema.
      this.#database.refresh(connection);
      this.#database.tellLoss(connection);
    }
  }

  *sequence(sql: string): Steps<void> {
    for (const { start, end } of splitStatements(sql)) {
      yield* this.execute(sql.slice(start, end), noArguments, discardRows);
    }
  }

  // A generator like its siblings, though nothing in it waits.
  // oxlint-disable-next-line require-yield
  *describe(text: string): Steps<Description> {
    const [first] = splitStatements(text);
    if (first === undefined) return nothing;
    const given = text.slice(first.start, first.end);
    const statement = analyzeStatement(given, this.#hooks.limits);
    const sql = statement.runsAs ?? given;
    const connection = this.#connect(statement);
    try {
      if (this.#isShared) this.#database.catchUpOnSchema(connection);
      const { columns } = prepare(connection, sql, statement);
      const { parameters, isExplain, isReadonly } = statement;
      return { parameters, columns, isExplain, isReadonly };
    } catch (error) {
      throw toSqlError(error);
    }
  }

  /** Gives the connection back; an open transaction is rolled back. */
  close(): void {
    this.#place?.free();
    this.#place = undefined;
    this.#leaveConnection();
  }

  /** @throws ProtocolError where all that was begun on the database is over */
  #checkStanding(): void {
    if (this.#generation !== this.#database.generation) throw streamExpired("hasNotIdled");
  }

  #leaveConnection(): void {
    if (this.#connection === undefined) return;
    this.#database.release(this.#connection);
    this.#connection = undefined;
  }

  #connect(statement: AnalyzedStatement): Connection {
    try {
      if (statement.readsConnectionState && !this.#hasChanged) this.#leaveUsedConnection();
      if (this.#connection === undefined) {
        this.#connection = this.#database.acquire(statement.readsConnectionState);
        this.#connection.setReadOnly(this.#access === "read-only");
      }
      this.#database.refresh(this.#connection);
      return this.#connection;
    } catch (error) {
      throw this.#told(error);
    }
  }

  /** What a client is told of a failure. */
  #told(error: unknown): unknown {
    this.#database.troubles.note(error);
    return toSqlError(error);
  }

  /** What functions tell of changes is about this client's own: others' are not its business. */
  #leaveUsedConnection(): void {
    const connection = this.#connection;
    if (connection === undefined || connection.isPristine || connection.hasSettings) return;
    if (connection.isAutocommit && !connection.isTimedOut) this.#leaveConnection();
  }

  /** Another process may have the database, too. */
  get #isShared(): boolean {
    return this.#database.isShared || this.#hooks.isHeldUp();
  }

  /** Runs a statement; where another process has the database, on what is known of it from there on. */
  *#run(attempt: Attempt): Steps<StatementSummary> {
    const { connection, statement } = attempt;
    // Many databases are only asked, and are not to wait for that the first time.
    if (!isPlainRead(statement)) connection.limitSize();
    const { isAutocommit } = connection;
    const beginsToWrite = mayWrite(statement) && connection.writingSince === undefined;
    if (beginsToWrite || statement.kind === "begin") {
      const refusal = this.#database.log.makeRoom(connection);
      if (beginsToWrite && refusal !== undefined) throw refusal;
    }
    if (!this.#isShared || !dependsOnData(statement)) return yield* this.#runKnown(attempt);
    // To look would pin the state of now, and the first write of a transaction has to find the last.
    if (mayWrite(statement) && connection.hasToFindTheLast) connection.lock();
    const isSnapshot = isAutocommit && isPlainRead(statement);
    if (isSnapshot) connection.begin("BEGIN");
    try {
      this.#database.catchUp(connection, isAutocommit);
      return yield* this.#runKnown(attempt);
    } finally {
      if (isSnapshot) connection.rollBack();
    }
  }

  /** Runs a statement on what is known of the database. */
  *#runKnown(attempt: Attempt): Steps<StatementSummary> {
    const { connection, sql, statement, values } = attempt;
    let { sink } = attempt;
    const started = performance.now();
    let prepared = prepare(connection, sql, statement);
    const { columns } = prepared;
    // A write may have to wait, and find another schema then.
    if (statement.isReadonly) sink.start?.(columns);
    if (!prepared.isQuick) this.#hooks.slowStatement();
    if (statement.isExplain && !statement.isQueryPlan) checkExplained(connection, sql, values);
    const isHazardous = this.#database.textHazards.meet(connection, statement, values);
    if (
      isHazardous &&
      prepared.isReader &&
      (statement.kind === "read" || statement.kind === "write")
    ) {
      const fast = prepared;
      prepared = connection.exact(fast, () => exactly(sql, statement, fast));
      sink = readingExactly(sink);
    }
    this.#hooks.statement(this.#isSingle && isPlainRead(statement));
    let hasRun = true;
    try {
      const work = { connection, sql, statement, prepared, values };
      const changes = prepared.isReader
        ? (readAsJson(work, sink) ??
          (yield* readRows(work, sink, this.#hooks, () => this.#checkStanding())))
        : runWithoutRows(work, sink);
      this.#hasPlainlyRead = isPlainRead(statement);
      const summary = summarize(connection, statement, changes, started);
      prepared.isQuick = summary.durationMs < quickTime;
      return summary;
    } catch (error) {
      hasRun = !isUntouched(error);
      if (!isBusy(error)) sink.start?.(columns);
      if (foundBusy(error)) connection.letGo(prepared, statement, values);
      throw error;
    } finally {
      if (statement.isExplain) endExplain(prepared, values);
      // Who did not get the lock has nothing to give to others, which would wake each other for ever.
      if (hasRun) this.#afterStatement(connection, statement, prepared);
    }
  }

  #afterStatement(
    connection: Connection,
    statement: AnalyzedStatement,
    { isQuick }: Prepared,
  ): void {
    if (mayWrite(statement)) {
      connection.isPristine = false;
      this.#hasChanged = true;
    }
    if (statement.kind === "ddl") connection.hasChangedSchema = true;
    const isUndone = statement.kind === "rollbackTo" && connection.hasChangedSchema;
    if (statement.kind === "ddl" || isUndone) this.#database.schemaChanged();
    if (connection.isAutocommit) this.#database.transactionOver(connection);
    if (!mayWrite(statement) && connection.writingSince === undefined) return;
    if (connection.isAutocommit) {
      // What is quick by itself may have been one of many in a transaction.
      if (!isQuick || connection.writingSince !== undefined) this.#database.log.mayHaveGrown();
      connection.writingSince = undefined;
      this.#database.committed();
    } else {
      connection.writingSince ??= processTime();
    }
  }
}
