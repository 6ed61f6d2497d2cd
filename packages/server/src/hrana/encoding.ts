import type { Columns } from "./columns.ts";
import type { SqlError } from "./errors.ts";
import type { ResponseLimit } from "./limits.ts";
import type { Text } from "./long-text.ts";
import type { ClientMessage, CursorRequest, PipelineRequest, Version } from "./requests.ts";
import type { Description, RowSink, StatementSummary } from "./session.ts";
import type { SqlValue } from "./values.ts";

/** A piece of a reply: JSON text, or the bytes of a Protobuf message. */
export type Piece = Text | Uint8Array;

/** The answer to one request that did not fail; `T` is how its parts are encoded. */
export type Answer<T> =
  | { readonly type: "execute"; readonly result: T }
  | {
      readonly type: "batch";
      readonly results: readonly (T | undefined)[];
      readonly errors: readonly (SqlError | undefined)[];
    }
  | { readonly type: "describe"; readonly description: Description }
  | { readonly type: "get_autocommit"; readonly isAutocommit: boolean }
  | { readonly type: "fetch_cursor"; readonly entries: readonly T[]; readonly done: boolean }
  | { readonly type: EmptyAnswer };

/** Answers that say no more than that it is done. */
export type EmptyAnswer =
  | "close"
  | "sequence"
  | "store_sql"
  | "close_sql"
  | "open_stream"
  | "close_stream"
  | "open_cursor"
  | "close_cursor";

/** What an error of the protocol says. */
export interface ErrorText {
  readonly code: string;
  readonly message: string;
  /** What SQLite says beyond the code, such as which kind of constraint it was. */
  readonly extendedCode?: string | undefined;
}

/** One of the two encodings of Hrana (Hrana 3, “Encoding”). */
export interface Encoding<T extends Piece> {
  /** Reads the body of a pipeline; throws `ProtocolError`. */
  readPipeline(body: Buffer, version: Version): PipelineRequest;
  /** Reads the body of a cursor request; throws `ProtocolError`. */
  readCursor(body: Buffer): CursorRequest;
  /** Reads a message of a client over WebSocket; throws `ProtocolError`. */
  readMessage(body: Buffer, version: Version): ClientMessage;

  /** Gathers the rows of one statement. */
  result(limit: ResponseLimit, wantRows: boolean): ResultBuilder<T>;
  /** The `StreamResult` of a request of a pipeline. */
  ok(answer: Answer<T>): T;
  /** The same for one that failed. */
  failed(error: ErrorText): T;
  /** The body of the reply to a pipeline; no baton where the stream is closed. */
  pipeline(baton: string | undefined, results: readonly T[]): T;

  /** The first piece of the reply to a cursor request. */
  cursorHead(baton: string): T;
  stepBegin(step: number, columns: Columns): T;
  row(values: readonly SqlValue[]): T;
  stepEnd(summary: StatementSummary): T;
  stepError(step: number, error: ErrorText): T;
  cursorError(error: ErrorText): T;
  /** What follows the last entry over HTTP where nothing failed; undefined where there is no such entry. */
  readonly cursorEnd: T | undefined;
  /** Entries of a cursor as they follow each other over HTTP. */
  delimit(entry: T): T;
  join(entries: readonly T[]): T;

  helloOk(): T;
  helloError(error: ErrorText): T;
  responseOk(requestId: number, answer: Answer<T>): T;
  responseError(requestId: number, error: ErrorText): T;
}

/** Gathers the rows of one statement to its result. */
export interface ResultBuilder<T> extends RowSink {
  /** The result of the finished statement as Hrana's `StmtResult`. */
  finish(summary: StatementSummary): T;
}
