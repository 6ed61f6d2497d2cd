import type { TokenAuthorization } from "@logicaldb/contract";
import type { Subprotocol } from "./wire/subprotocols.ts";

/** What a database token lets its bearer do. */
export type Access = TokenAuthorization;

/** What a database serves over HTTP. */
export type EndpointName =
  | "pipeline2"
  | "pipeline3"
  | "cursor3"
  | "protobufPipeline3"
  | "protobufCursor3"
  | "execute1"
  | "batch1"
  | "statements"
  | "dump";

/** One request to a database, as the gateway received it. */
export interface DatabaseRequest {
  readonly endpoint: EndpointName;
  readonly databaseId: string;
  readonly access: Access;
  /** The body, untouched; of what is asked for in a URL, its query. */
  readonly body: Buffer;
}

/**
 * Where the reply to one request goes: `whole`, or `start`, any number of `part`, `end`. What is
 * large comes in several pieces.
 */
export interface ReplySink {
  /** `status` is the HTTP status that says it best. */
  whole(status: number, pieces: readonly Buffer[]): void;
  start(status: number): void;
  /** `passed` is to be called when the bytes are on their way, so that more may come. */
  part(pieces: readonly Buffer[], passed: () => void): void;
  end(): void;
  /** The reply ends early: nothing that was not sent will follow. */
  fail(error: Failure): void;
  /** The request was not run, since nobody would read the reply. */
  dropped(): void;
}

/** Whether the requests of a connected client are served now, and with which rights. */
export type Permission = { readonly access: Access } | Failure;

/** A client that is connected to a database over WebSocket, as the engine sees it. */
export interface ChannelOpening {
  readonly subprotocol: Subprotocol;
  readonly databaseId: string;
}

/** Where the engine's messages to a connected client go. */
export interface ChannelSink {
  /** Answers a message of the client; `taken` is to be called when the client has taken that. */
  answer(bytes: Buffer, message: Buffer, taken: () => void): void;
  /** The engine lost a message of the client before it answered. */
  lost(message: Buffer, failure: Failure): void;
  /** The engine has nothing more to say; `code` is that of the WebSocket. */
  close(code: number, reason: string): void;
}

/** The way of a connected client's messages to the engine. */
export interface EngineChannel {
  /** Passes a message on; it is answered by one message, or by `lost`. */
  send(message: Buffer, permission: Permission): void;
  /** The client is gone: its streams are closed, and their transactions rolled back. */
  hangUp(): void;
}

/** Why the engine could not answer; `status` is the HTTP status that says it best. */
export interface Failure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** After how many seconds it is worth trying again, where that is known. */
  readonly retryAfter?: number;
}

/**
 * Storage and SQL for databases, named by their `DbId`. Databases know nothing of organizations,
 * names or tokens here; whoever calls has checked all of that.
 */
export interface Engine {
  /**
   * Makes the storage of a database; one that is there stays as it is.
   *
   * @throws EngineError with {@link fullCode} where the disk has no room for it
   */
  create(databaseId: string): Promise<void>;
  /** Ends all that was begun on a database, and removes its storage; one that is not there is fine. */
  destroy(databaseId: string): Promise<void>;
  /**
   * Ends all that was begun on a database: open streams at once, what is at work at its next
   * statement or row, and what waits before it is run. Their transactions are rolled back.
   */
  endSessions(databaseId: string): Promise<void>;
  /** Resolves once the database has answered a query. */
  ping(databaseId: string): Promise<void>;
  /**
   * Runs a request; the reply, or the failure, goes to `sink`.
   *
   * @returns a function to call when nobody reads the reply any more: what was not begun is not
   *   run, and what is sent in parts ends
   */
  request(request: DatabaseRequest, sink: ReplySink): () => void;
  /** Opens a channel for a client that is connected over WebSocket. */
  openChannel(request: ChannelOpening, sink: ChannelSink): EngineChannel;
  /** Stops the engine; open transactions are rolled back. */
  stop(): Promise<void>;
}

/** The code of an {@link EngineError} about a disk without room. */
export const fullCode = "SQLITE_FULL";

/** Thrown by the engine's own operations when it cannot answer; retrying later may help. */
export class EngineError extends Error implements Failure {
  override readonly name = "EngineError";
  readonly status: number;
  readonly code: string;

  constructor(failure: Failure) {
    super(failure.message);
    this.status = failure.status;
    this.code = failure.code;
  }
}
