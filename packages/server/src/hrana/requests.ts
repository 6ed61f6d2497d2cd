import type { StatementArguments } from "./session.ts";

/** The versions of the protocol. Version 1 has no pipelines over HTTP. */
export type Version = 1 | 2 | 3;

/** SQL given as text, or by the number it was stored under. */
export type SqlSource = { readonly sql: string } | { readonly sqlId: number };

/** A statement to run, with its arguments (Hrana 3, “Statements”). */
export interface StatementRequest {
  readonly source: SqlSource;
  readonly args: StatementArguments;
  readonly wantRows: boolean;
}

/** When a step of a batch is run, by what became of those before it (Hrana 3, “Batches”). */
export type Condition =
  | { readonly type: "ok" | "error"; readonly step: number }
  | { readonly type: "not"; readonly condition: Condition }
  | { readonly type: "and" | "or"; readonly conditions: readonly Condition[] }
  | { readonly type: "is_autocommit" };

/** A statement of a batch; without a condition it is always run. */
export interface BatchStep {
  readonly condition: Condition | undefined;
  readonly statement: StatementRequest;
}

/** What runs on a stream, however it got there. */
export type StreamWork =
  | { readonly type: "get_autocommit" }
  | { readonly type: "execute"; readonly statement: StatementRequest }
  | { readonly type: "batch"; readonly steps: readonly BatchStep[] }
  | { readonly type: "sequence" | "describe"; readonly source: SqlSource };

/** What keeps SQL texts for later, on a stream over HTTP and on a channel over WebSocket. */
export type StoreRequest =
  | { readonly type: "store_sql"; readonly sqlId: number; readonly sql: string }
  | { readonly type: "close_sql"; readonly sqlId: number };

/** One request of a pipeline (Hrana 3 over HTTP, “Requests”). */
export type StreamRequest = StreamWork | StoreRequest | { readonly type: "close" };

/** The body of a pipeline (Hrana 3 over HTTP, “Execute a pipeline of requests”); without a baton, it opens a stream. */
export interface PipelineRequest {
  readonly baton: string | undefined;
  readonly requests: readonly StreamRequest[];
}

/** The body of a cursor (Hrana 3 over HTTP, “Execute a batch using a cursor”); without a baton, it opens a stream. */
export interface CursorRequest {
  readonly baton: string | undefined;
  readonly steps: readonly BatchStep[];
}

/** One request of a channel (Hrana 3 over WebSocket, “Requests”). */
export type ChannelRequest =
  | { readonly type: "open_stream" | "close_stream"; readonly streamId: number }
  | { readonly type: "work"; readonly streamId: number; readonly work: StreamWork }
  | StoreRequest
  | {
      readonly type: "open_cursor";
      readonly streamId: number;
      readonly cursorId: number;
      readonly steps: readonly BatchStep[];
    }
  | { readonly type: "fetch_cursor"; readonly cursorId: number; readonly maxCount: number }
  | { readonly type: "close_cursor"; readonly cursorId: number };

/** A message of a client (Hrana 3 over WebSocket, “Messages”). */
export type ClientMessage =
  | { readonly type: "hello"; readonly jwt: string | undefined }
  | { readonly type: "request"; readonly id: number; request(): ChannelRequest };

/** Conditions nest this deep at most. */
export const maxConditionDepth = 100;
