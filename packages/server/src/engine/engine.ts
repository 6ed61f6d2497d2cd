/** What a database token lets its bearer do. */
export type Access = "full-access" | "read-only";

/** One Hrana request, as the gateway received it. */
export interface HranaRequest {
  readonly kind: "pipeline" | "cursor";
  /** The protocol version in the request's path. */
  readonly version: 2 | 3;
  readonly databaseId: string;
  readonly access: Access;
  /** The body, untouched. */
  readonly body: Buffer;
}

/** Where the reply to one Hrana request goes: `whole`, or `start`, any number of `part`, `end`. */
export interface ReplySink {
  /** `status` is the HTTP status that says it best. */
  whole(status: number, bytes: Buffer): void;
  start(status: number): void;
  /** `passed` is to be called when the bytes are on their way, so that more may come. */
  part(bytes: Buffer, passed: () => void): void;
  end(): void;
  /** The reply ends early: nothing that was not sent will follow. */
  fail(error: EngineFailure): void;
}

/** Why the engine could not answer; `status` is the HTTP status that says it best. */
export interface EngineFailure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/**
 * Storage and SQL for databases, named by their `DbId`. Databases know nothing of organizations,
 * names or tokens here; whoever calls has checked all of that.
 */
export interface Engine {
  /** Makes the storage of a database; one that is there stays as it is. */
  create(databaseId: string): Promise<void>;
  /** Closes every stream of a database and removes its storage; one that is not there is fine. */
  destroy(databaseId: string): Promise<void>;
  /** Closes every open stream of a database; their transactions are rolled back. */
  closeStreams(databaseId: string): Promise<void>;
  /** Resolves once the database has answered a query. */
  ping(databaseId: string): Promise<void>;
  /**
   * Runs a Hrana request; the reply, or the failure, goes to `sink`.
   *
   * @returns a function to call when nobody reads the reply any more
   */
  request(request: HranaRequest, sink: ReplySink): () => void;
  /** Stops the engine; open transactions are rolled back. */
  stop(): Promise<void>;
}

/** Thrown by the engine's own operations when it cannot answer; retrying later may help. */
export class EngineError extends Error implements EngineFailure {
  override readonly name = "EngineError";
  readonly status: number;
  readonly code: string;

  constructor(failure: EngineFailure) {
    super(failure.message);
    this.status = failure.status;
    this.code = failure.code;
  }
}
