import { ProtocolError, SqlError } from "./errors.ts";
import type { SqlSource } from "./requests.ts";
import type { Session } from "./session.ts";

const maxStoredTexts = 50;
const maxStoredBytes = 5 * 1024;

/** What a stream keeps between requests: its session, and the SQL texts stored on it. */
export class Stream {
  readonly session: Session;
  readonly #texts = new Map<number, string>();

  constructor(session: Session) {
    this.session = session;
  }

  /**
   * The text behind `source`.
   *
   * @throws ProtocolError where no text is stored under its number
   */
  resolve(source: SqlSource): string {
    if ("sql" in source) return source.sql;
    const sql = this.#texts.get(source.sqlId);
    if (sql === undefined) {
      throw new ProtocolError("SQL_NOT_STORED", `SQL text ${source.sqlId} not found`);
    }
    return sql;
  }

  /** Keeps a text for the life of the stream. The limits are sqld's. */
  store(sqlId: number, sql: string): void {
    if (this.#texts.has(sqlId)) {
      throw new ProtocolError("SQL_ALREADY_STORED", `SQL text ${sqlId} is stored already`);
    }
    if (this.#texts.size >= maxStoredTexts) {
      throw new SqlError(
        "SQL_STORE_TOO_MANY",
        `A stream stores ${maxStoredTexts} SQL texts at most`,
      );
    }
    if (Buffer.byteLength(sql) > maxStoredBytes) {
      throw new SqlError(
        "SQL_STORE_TOO_LARGE",
        `A stored SQL text has ${maxStoredBytes} bytes at most`,
      );
    }
    this.#texts.set(sqlId, sql);
  }

  /** Drops a stored text; one that is not there is fine. */
  forget(sqlId: number): void {
    this.#texts.delete(sqlId);
  }
}
