import { fileURLToPath } from "node:url";
import Database from "libsql";
import { boundedCache } from "../tools/bounded-cache.ts";
import { isDiskFull } from "../tools/is-disk-full.ts";
import type { Reserve } from "./reserve.ts";
import { StoreFull } from "./store-full.ts";

/** One query, as drizzle hands it on. */
export interface Query {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** What drizzle reads: each row as an array of its values. */
export interface Result {
  readonly rows: unknown[];
}

/** One connection to the store's file. Calls are synchronous, so more would make nothing faster. */
export interface Connection {
  /** @throws StoreFull where the disk has no room for what it adds; SqliteError */
  execute(query: Query): Result;
  /**
   * Runs all of them in one transaction, or none.
   *
   * @throws StoreFull where the disk has no room for what they add; SqliteError
   */
  batch(queries: readonly Query[]): Result[];
  /** Runs statements that are settings of the connection, whatever they return. */
  configure(sql: string): void;
  close(): void;
}

/** A prepared statement: runs it with these values and returns its rows. */
type Run = (params: readonly unknown[]) => unknown[];

/** More than there are in this folder. */
const mostStatements = 100;

export interface ConnectionOptions {
  /** How long a statement waits for another process to finish writing, in ms. */
  readonly timeout: number;
  /** What is used up when the disk is full. */
  readonly reserve?: Reserve | undefined;
}

/**
 * Opens the store's file, and makes it if it is not there. Statements stay prepared: preparing one
 * costs more than running it.
 *
 * @param url `file:/path/to/store.db`
 * @throws SqliteError
 */
export function openConnection(url: string, { timeout, reserve }: ConnectionOptions): Connection {
  const handle = new Database(fileURLToPath(url), { timeout });
  const statements = boundedCache<string, Run>(mostStatements);

  function prepare(sql: string): Run {
    const statement = handle.prepare<[readonly unknown[]]>(sql);
    if (statement.reader) {
      const reader = statement.raw();
      return (params) => reader.all(params);
    }
    return (params) => {
      statement.run(params);
      return [];
    };
  }

  function run({ sql, params }: Query): Result {
    const known = statements.get(sql);
    const statement = known ?? prepare(sql);
    if (known === undefined) statements.set(sql, statement);
    try {
      return { rows: statement(params) };
    } catch (error) {
      // The binding leaves it as it is, and it may be one that counts as at work.
      statements.delete(sql);
      throw error;
    }
  }

  /**
   * What begins and ends a transaction is never prepared: the binding leaves what finds the store
   * busy as it is, and SQLite would commit nothing on its connection any more. So all that writes is
   * in such a transaction, in which nothing can be busy.
   */
  function transact(queries: readonly Query[]): Result[] {
    handle.exec("BEGIN IMMEDIATE");
    try {
      const results = queries.map(run);
      handle.exec("COMMIT");
      return results;
    } catch (error) {
      if (handle.inTransaction) handle.exec("ROLLBACK");
      throw error;
    }
  }

  function batch(queries: readonly Query[]): Result[] {
    const work = () => transact(queries);
    const results = isUrgent(queries) ? withReserve(work) : withoutReserve(work);
    reserve?.take();
    return results;
  }

  /** Does it again as long as only space on the disk is missing, and the reserve gives some. */
  function withReserve<T>(work: () => T): T {
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!(isDiskFull(error) && reserve?.give())) throw error;
      }
    }
  }

  function withoutReserve<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw isDiskFull(error) ? new StoreFull(error) : error;
    }
  }

  return {
    execute(query) {
      if (/^\s*select\b/i.test(query.sql)) return run(query);
      const [result = { rows: [] }] = batch([query]);
      return result;
    },
    batch,
    configure: (sql) => void withReserve(() => handle.exec(sql)),
    close: () => handle.close(),
  };
}

/** Whether it removes or revokes something: that has to work on a full disk, and makes room. */
function isUrgent(queries: readonly Query[]): boolean {
  return (
    queries.some(({ sql }) => /^\s*delete\b/i.test(sql)) ||
    /^\s*update\b/i.test(queries[0]?.sql ?? "")
  );
}
