import type { Columns } from "./columns.ts";
import { ProtocolError, SqlError } from "./errors.ts";
import type { StreamRequest } from "./requests.ts";

/** What one request may ask for. */
export interface RequestLimits {
  /** How large the rows of its reply may get, in bytes. */
  readonly responseBytes: number;
  /** How many rows one of its statements may return. */
  readonly responseRows: number;
  /** How many statements it may have. */
  readonly statements: number;
}

/** Watches the rows of one reply grow. */
export class ResponseLimit {
  readonly #limits: RequestLimits;
  #bytes: number;
  #rows: number;

  constructor(limits: RequestLimits) {
    this.#limits = limits;
    this.#bytes = limits.responseBytes;
    this.#rows = limits.responseRows;
  }

  /**
   * The rows of another statement follow. One that has none takes nothing: it has run, and is not
   * told otherwise.
   *
   * @throws SqlError where its columns are too much
   */
  begin({ list, json }: Columns): void {
    this.#rows = this.#limits.responseRows;
    if (list.length > 0) this.#take(json.length);
  }

  /** Whether a statement with these columns may have so many rows, of `length` bytes together. */
  hasRoom({ list, json }: Columns, count: number, length: number): boolean {
    const taken = list.length > 0 ? json.length + length : length;
    return count <= this.#limits.responseRows && taken <= this.#bytes;
  }

  /** @throws SqlError where one more row, of `length` bytes, is too much */
  row(length: number): void {
    this.rows(1, length);
  }

  /** @throws SqlError where so many more rows, of `length` bytes together, are too much */
  rows(count: number, length: number): void {
    this.#rows -= count;
    if (this.#rows < 0) {
      throw new SqlError(
        "RESPONSE_TOO_LARGE",
        `A statement returns ${this.#limits.responseRows} rows at most; ask for fewer, or use a cursor`,
      );
    }
    this.#take(length);
  }

  #take(length: number): void {
    this.#bytes -= length;
    if (this.#bytes >= 0) return;
    throw new SqlError(
      "RESPONSE_TOO_LARGE",
      `The rows of one request take ${this.#limits.responseBytes} bytes at most; ask for fewer rows, or use a cursor`,
    );
  }
}

/**
 * Counts the requests of a pipeline, each step of a batch as one.
 *
 * @throws ProtocolError where there are too many, or some behind a `close`
 */
export function checkRequests(requests: readonly StreamRequest[], limits: RequestLimits): void {
  const close = requests.findIndex(({ type }) => type === "close");
  if (close >= 0 && close < requests.length - 1) {
    throw new ProtocolError(
      "STREAM_CLOSED",
      `requests[${close}] must be the last: it closes the stream`,
    );
  }
  // Most pipelines have a few requests; only batches make more of them.
  let count = 0;
  for (const request of requests) count += request.type === "batch" ? request.steps.length : 1;
  checkStatements(count, limits);
}

/** @throws ProtocolError where there are too many */
export function checkStatements(count: number, { statements }: RequestLimits): void {
  if (count <= statements) return;
  throw new ProtocolError(
    "STATEMENTS_TOO_MANY",
    `A request has ${statements} statements at most, and this one ${count}; send several requests`,
  );
}

/** Counts what all cursors together keep for their readers. */
export class UnreadRows {
  readonly #most: number;
  /** How much it is now, in bytes. */
  length = 0;

  /** @param most bytes that statements which do not wait for their reader may add to */
  constructor(most: number) {
    this.#most = most;
  }

  /** @throws SqlError where there is no room for more */
  check(): void {
    if (this.length <= this.#most) return;
    throw new SqlError(
      "RESPONSE_TOO_LARGE",
      `The rows that writing statements return, and that clients have not read, take ${this.#most} bytes at most in one engine process (half of --max-engine-bytes); read cursors as they are opened`,
    );
  }
}

/** Statements that wait for their reader run ahead of it by less than this. */
const ahead = 2 * 1024 ** 2;

/**
 * Watches what a cursor keeps for its reader, of statements that do not wait for it.
 *
 * @throws SqlError where it is too much
 */
export function checkUnread(length: number, { responseBytes }: RequestLimits): void {
  if (length <= Math.max(responseBytes, ahead)) return;
  throw new SqlError(
    "RESPONSE_TOO_LARGE",
    `The rows that a writing statement returns, and that its client has not read, take ${responseBytes} bytes at most`,
  );
}
