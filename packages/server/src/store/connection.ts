import { fileURLToPath } from "node:url";
import Database from "libsql";
import { boundedCache } from "../bounded-cache.ts";

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
  /** @throws SqliteError */
  execute(query: Query): Result;
  /**
   * Runs all of them in one transaction, or none.
   *
   * @throws SqliteError
   */
  batch(queries: readonly Query[]): Result[];
  close(): void;
}

/** A prepared statement: runs it with these values and returns its rows. */
type Run = (params: readonly unknown[]) => unknown[];

/** More than there are in this folder. */
const STATEMENTS = 100;

/**
 * Opens the store's file, and makes it if it is not there. Statements stay prepared: preparing one
 * costs more than running it.
 *
 * @param url `file:/path/to/store.db`
 * @param timeout how long a statement waits for another process to finish writing, in ms
 * @throws SqliteError
 */
export function openConnection(url: string, timeout: number): Connection {
  const handle = new Database(fileURLToPath(url), { timeout });
  const statements = boundedCache<string, Run>(STATEMENTS);

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

  function execute({ sql, params }: Query): Result {
    const known = statements.get(sql);
    const run = known ?? prepare(sql);
    if (known === undefined) statements.set(sql, run);
    return { rows: run(params) };
  }

  const command = (sql: string) => execute({ sql, params: [] });

  function batch(queries: readonly Query[]): Result[] {
    command("BEGIN IMMEDIATE");
    try {
      const results = queries.map(execute);
      command("COMMIT");
      return results;
    } catch (error) {
      if (handle.inTransaction) command("ROLLBACK");
      throw error;
    }
  }

  return { execute, batch, close: () => handle.close() };
}
