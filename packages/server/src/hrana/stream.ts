import { ProtocolError, SqlError } from "./errors.ts";
import type { SqlSource, StoreRequest } from "./requests.ts";
import type { Session } from "./session.ts";
import type { TextRoom } from "./text-room.ts";

/** A client that stores more than this forgets to close what it does not need. sqld's figures. */
const limits = { texts: 50, bytes: 5 * 1024 };

/** What a stream keeps between requests: its session, and the SQL texts stored on it. */
export class Stream {
  readonly session: Session;
  readonly texts = new SqlTexts(limits);

  constructor(session: Session) {
    this.session = session;
  }
}

export interface SqlTextLimits {
  readonly texts: number;
  readonly bytes: number;
}

/** SQL texts that a client stored, to send their numbers later on. */
export class SqlTexts {
  readonly #limits: SqlTextLimits;
  readonly #room: TextRoom | undefined;
  readonly #texts = new Map<number, string>();

  /** @param room where others keep theirs, too */
  constructor({ texts, bytes }: SqlTextLimits, room?: TextRoom) {
    this.#limits = { texts, bytes };
    this.#room = room;
  }

  /** Whether a text is stored under a number. */
  has(sqlId: number): boolean {
    return this.#texts.has(sqlId);
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

  /**
   * Keeps a text, or drops one; one that is not there is fine.
   *
   * @throws ProtocolError where the number is taken, SqlError where it is too much
   */
  apply(request: StoreRequest): void {
    if (request.type === "store_sql") this.#store(request.sqlId, request.sql);
    else this.#drop(request.sqlId);
  }

  /** Drops all. */
  clear(): void {
    for (const sqlId of this.#texts.keys()) this.#drop(sqlId);
  }

  #drop(sqlId: number): void {
    const sql = this.#texts.get(sqlId);
    if (sql === undefined) return;
    this.#texts.delete(sqlId);
    this.#room?.free(Buffer.byteLength(sql));
  }

  #store(sqlId: number, sql: string): void {
    const { texts, bytes } = this.#limits;
    if (this.#texts.has(sqlId)) {
      throw new ProtocolError("SQL_ALREADY_STORED", `SQL text ${sqlId} is stored already`);
    }
    if (this.#texts.size >= texts) {
      throw new SqlError("SQL_STORE_TOO_MANY", `No more than ${texts} SQL texts can be stored`);
    }
    const length = Buffer.byteLength(sql);
    if (length > bytes) {
      throw new SqlError("SQL_STORE_TOO_LARGE", `A stored SQL text has ${bytes} bytes at most`);
    }
    this.#room?.take(length);
    this.#texts.set(sqlId, sql);
  }
}
