import type { Access } from "../engine/engine.ts";
import { SqlError } from "../hrana/errors.ts";
import type {
  Description,
  Pause,
  RowSink,
  Session,
  StatementArguments,
  StatementSummary,
  Steps,
} from "../hrana/session.ts";
import type { SqlValue } from "../hrana/values.ts";
import type { EngineLimits } from "../limits.ts";
import { bindArguments, splitStatements, type Statement } from "../sql/index.ts";
import { analyzeStatement } from "./analyses.ts";
import { abandon, endExplain, isBindingError, isRow } from "./binding.ts";
import { checkExplained, exactly, readingExactly } from "./exact-reading.ts";
import type { Connection, Prepared } from "./connection.ts";
import type { Database } from "./database.ts";
import { withoutHostPaths } from "./host-paths.ts";
import type { StreamPlace } from "./stream-places.ts";
import { isBusy, toSqlError } from "./sql-errors.ts";

/** A writer waits this long for the lock, in milliseconds, before it is told that it is taken. */
const lockTimeout = 10_000;
/** A long read looks this often whether others wait. */
const rowsPerBreath = 128;
const noArguments: StatementArguments = { positional: [], named: [] };

/** What a session tells the process that it runs in. */
export interface SessionHooks {
  /** A statement starts. */
  statement(): void;
  /** A statement that was not prepared before starts: nobody knows how long it takes. */
  unknownStatement(): void;
  /** A pause in which others get their turn, when it is time for one. */
  breath(): Pause | undefined;
  /** How long one statement may run, in milliseconds, not counting its pauses. */
  readonly statementTimeout: number;
  readonly limits: EngineLimits;
}

/** Runs the statements of one stream on a database; holds a connection while it needs one. */
export class DatabaseSession implements Session {
  readonly #database: Database;
  readonly #hooks: SessionHooks;
  #connection: Connection | undefined;
  #access: Access;
  #place: StreamPlace | undefined;
  /** A statement of this client may have changed rows. */
  #hasChanged = false;

  /** @param place what the session holds among those that outlive their request, if it does */
  constructor(database: Database, access: Access, hooks: SessionHooks, place?: StreamPlace) {
    this.#place = place;
    this.#database = database;
    this.#access = access;
    this.#hooks = hooks;
  }

  /** Each request brings its own access, since each brings its own token. */
  set access(access: Access) {
    this.#access = access;
    this.#connection?.setReadOnly(access === "read-only");
  }

  isAutocommit(): boolean {
    return this.#connection?.isAutocommit ?? true;
  }

  *execute(sql: string, args: StatementArguments, sink: RowSink): Steps<StatementSummary> {
    const statement = analyzeStatement(sql, this.#hooks.limits);
    const bound = bind(statement, args);
    // Before anything is opened, which may be slow: a request that just began is not to wait here,
    // behind a statement that nobody could take it away from.
    const breath = this.#hooks.breath();
    if (breath !== undefined) yield breath;
    const connection = this.#connect(statement);
    if (bound instanceof SqlError) throw this.#firstError(connection, sql, bound);
    const waitUntil = performance.now() + lockTimeout;
    for (;;) {
      try {
        return yield* this.#run(connection, sql, statement, bound, sink);
      } catch (error) {
        if (!isBusy(error) || performance.now() > waitUntil) throw toSqlError(error);
      }
      if (!this.#database.interruptOverdueWriter(performance.now())) {
        yield () => this.#database.whenWritable();
      }
    }
  }

  *sequence(sql: string): Steps<void> {
    for (const { start, end } of splitStatements(sql)) {
      yield* this.execute(sql.slice(start, end), noArguments, discardRows);
    }
  }

  // A generator like its siblings, though nothing in it waits.
  // oxlint-disable-next-line require-yield
  *describe(sql: string): Steps<Description> {
    const statement = analyzeStatement(sql, this.#hooks.limits);
    const connection = this.#connect(statement);
    try {
      const { columns } = connection.cached(sql) ?? connection.prepare(sql);
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
    if (this.#connection === undefined) return;
    this.#database.release(this.#connection);
    this.#connection = undefined;
  }

  /** What is wrong with a statement comes before what is wrong with its arguments, as in sqld. */
  #firstError(connection: Connection, sql: string, argumentError: SqlError): unknown {
    try {
      if (connection.cached(sql) === undefined) connection.prepare(sql);
      return argumentError;
    } catch (error) {
      return toSqlError(error);
    }
  }

  #connect(statement: Statement): Connection {
    try {
      if (statement.readsConnectionState && !this.#hasChanged) this.#leaveUsedConnection();
      if (this.#connection === undefined) {
        this.#connection = this.#database.acquire(statement.readsConnectionState);
        this.#connection.setReadOnly(this.#access === "read-only");
      }
      this.#database.prepareForUse(this.#connection);
      return this.#connection;
    } catch (error) {
      throw toSqlError(error);
    }
  }

  /** What functions tell of changes is about this client's own: others' are not its business. */
  #leaveUsedConnection(): void {
    const connection = this.#connection;
    if (connection === undefined || connection.isPristine || connection.hasSettings) return;
    if (connection.isAutocommit && !connection.isTimedOut) this.close();
  }

  *#run(
    connection: Connection,
    sql: string,
    statement: Statement,
    values: readonly SqlValue[],
    sink: RowSink,
  ): Steps<StatementSummary> {
    const started = performance.now();
    connection.limitSize();
    let prepared = connection.cached(sql);
    if (prepared === undefined) {
      this.#hooks.unknownStatement();
      prepared = connection.prepare(sql);
    }
    if (statement.isExplain) checkExplained(connection, sql);
    const isHazardous = this.#database.textHazards.meet(connection, statement, values);
    if (
      isHazardous &&
      prepared.isReader &&
      (statement.kind === "read" || statement.kind === "write")
    ) {
      prepared = this.#exact(connection, sql, statement, prepared);
      sink = readingExactly(sink);
    }
    this.#hooks.statement();
    if (statement.setsConnectionState) connection.hasSettings = true;
    let wasBusy = false;
    try {
      const changes = prepared.isReader
        ? (readWide(statement, prepared, values, sink) ??
          (yield* this.#read(connection, prepared, values, sinkFor(statement, sink))))
        : write(prepared, values, sink);
      return summarize(connection, statement, changes, started);
    } catch (error) {
      wasBusy = isBusy(error);
      throw error;
    } finally {
      if (statement.isExplain) endExplain(prepared, values);
      // Who did not get the lock has nothing to give to others, which would wake each other for ever.
      if (!wasBusy) this.#afterStatement(connection, statement);
    }
  }

  #exact(connection: Connection, sql: string, statement: Statement, prepared: Prepared): Prepared {
    return connection.exact(prepared, () => exactly(sql, statement, prepared));
  }

  *#read(
    connection: Connection,
    prepared: Prepared,
    values: readonly SqlValue[],
    sink: RowSink,
  ): Steps<StatementChanges> {
    const rows = prepared.statement.iterate(values);
    let rowCount = 0;
    let lastRow: readonly SqlValue[] = [];
    let isDone = false;
    let running = 0;
    let since = performance.now();
    try {
      for (let next = rows.next(); !next.done; next = rows.next()) {
        // Only now: a statement that fails at its first row has no result at all.
        if (rowCount++ === 0) sink.begin(prepared.columns);
        if (isRow(next.value)) {
          sink.row(next.value);
          lastRow = next.value;
        }
        const pause =
          sink.pause() ?? (rowCount % rowsPerBreath === 0 ? this.#hooks.breath() : undefined);
        if (pause === undefined) continue;
        running += performance.now() - since;
        if (running > this.#hooks.statementTimeout)
          throw statementTimedOut(this.#hooks.statementTimeout);
        yield pause;
        since = performance.now();
      }
      isDone = true;
    } catch (error) {
      isDone = isBindingError(error);
      // What was handed out cannot be taken back, so a read that has begun is not begun again.
      throw rowCount > 0 ? toSqlError(error) : error;
    } finally {
      if (!isDone) abandon(connection.handle, rows);
    }
    if (rowCount === 0) sink.begin(prepared.columns);
    prepared.wide.sawRows(rowCount, lastRow);
    return { rowCount, changes: undefined, lastInsertRowid: undefined };
  }

  #afterStatement(connection: Connection, statement: Statement): void {
    if (!statement.isReadonly) {
      connection.isPristine = false;
      this.#hasChanged = true;
    }
    if (statement.kind === "ddl") {
      connection.hasChangedSchema = true;
      this.#database.schemaChanged();
    }
    if (connection.isAutocommit) this.#database.transactionOver(connection);
    const mayHaveWritten = !statement.isReadonly || connection.writingSince !== undefined;
    if (!mayHaveWritten) return;
    if (connection.isAutocommit) {
      connection.writingSince = undefined;
      this.#database.committed();
    } else {
      connection.writingSince ??= performance.now();
    }
  }
}

function sinkFor({ pragma, isReadonly }: Statement, sink: RowSink): RowSink {
  if (pragma === "database_list") return withoutHostPaths(sink);
  return isReadonly ? sink : withoutPauses(sink);
}

/** A statement that writes holds the lock until its rows are read: no slow reader may prolong that. */
function withoutPauses(sink: RowSink): RowSink {
  return {
    begin: (columns) => sink.begin(columns),
    row: (values) => sink.row(values),
    pause: () => undefined,
  };
}

/** What one run of a statement did; undefined where the binding did not say. */
interface StatementChanges {
  readonly rowCount: number;
  readonly changes: number | undefined;
  readonly lastInsertRowid: number | bigint | undefined;
}

/** Reads many rows at once; undefined where they have to be read one by one. */
function readWide(
  { kind, readsConnectionState }: Statement,
  { columns, wide }: Prepared,
  values: readonly SqlValue[],
  sink: RowSink,
): StatementChanges | undefined {
  if (sink.rows === undefined || kind !== "read" || readsConnectionState) return undefined;
  const rows = wide.read(values);
  if (rows === undefined) return undefined;
  sink.begin(columns);
  sink.rows(rows.count, rows.json);
  return { rowCount: rows.count, changes: undefined, lastInsertRowid: undefined };
}

function write(prepared: Prepared, values: readonly SqlValue[], sink: RowSink): StatementChanges {
  const { changes, lastInsertRowid } = prepared.statement.run(values);
  sink.begin(prepared.columns);
  return { rowCount: 0, changes, lastInsertRowid };
}

function summarize(
  connection: Connection,
  statement: Statement,
  { rowCount, changes, lastInsertRowid }: StatementChanges,
  started: number,
): StatementSummary {
  const affectedRowCount = statement.countsChanges
    ? (changes ?? connection.lastChanges().changes)
    : 0;
  return {
    affectedRowCount,
    lastInsertRowid: statement.insertsRows ? exactRowid(connection, lastInsertRowid) : null,
    rowsRead: rowCount,
    rowsWritten: affectedRowCount,
    durationMs: Math.round((performance.now() - started) * 1_000) / 1_000,
  };
}

/** The binding gives row ids as numbers, which are exact only up to 2^53. */
function exactRowid(connection: Connection, rowid: number | bigint | undefined): bigint {
  return typeof rowid === "number" && Number.isSafeInteger(rowid)
    ? BigInt(rowid)
    : connection.lastChanges().lastInsertRowid;
}

/** The values to bind, or why the arguments do not do. */
function bind(statement: Statement, args: StatementArguments): readonly SqlValue[] | SqlError {
  const bound = bindArguments(statement, args.positional, args.named);
  return bound.ok ? bound.values : new SqlError(bound.code, bound.message);
}

/** Told to the client whose statement was stopped. */
export function statementTimedOut(limit: number): SqlError {
  return new SqlError(
    "STATEMENT_TIMEOUT",
    `The statement ran longer than ${limit} ms and was stopped; the limit is the server's --statement-timeout`,
  );
}

const discardRows: RowSink = {
  begin() {},
  row() {},
  pause: () => undefined,
};
