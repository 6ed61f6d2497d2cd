import { ChannelCursor } from "./channel-cursor.ts";
import { ChannelStream } from "./channel-stream.ts";
import type { Answer, Encoding, Piece } from "./encoding.ts";
import { ProtocolError, SqlError } from "./errors.ts";
import {
  checkRequests,
  checkStatements,
  type RequestLimits,
  ResponseLimit,
  type UnreadRows,
} from "./limits.ts";
import { runWork } from "./pipeline.ts";
import type { BatchStep, ChannelRequest, SqlSource, StreamWork } from "./requests.ts";
import type { Session, Steps } from "./session.ts";
import { SqlTexts } from "./stream.ts";
import type { TextRoom } from "./text-room.ts";
import { boundedCache } from "../tools/bounded-cache.ts";

/** Streams that are open on one channel at a time. */
const maxStreams = 256;
/** So many requests that were refused, and that later ones build on, are remembered on one channel. */
const maxRefused = 1024;
/** What a client may store on one channel; the number is sqld's. */
const textLimits = { texts: 150, bytes: 1024 * 1024 };

export interface ChannelOptions<T extends Piece, S extends Session> {
  readonly encoding: Encoding<T>;
  readonly openSession: () => S;
  readonly limits: RequestLimits;
  readonly unreadRows: UnreadRows;
  readonly textRoom: TextRoom;
}

/**
 * The streams, stored texts and cursors of one client that is connected over WebSocket
 * (Hrana 3 over WebSocket, “Requests”). Requests of one stream run in their order, those of
 * different streams as they come.
 */
export class Channel<T extends Piece, S extends Session> {
  readonly #options: ChannelOptions<T, S>;
  readonly #texts: SqlTexts;
  readonly #streams = new Map<number, ChannelStream<S>>();
  /**
   * Why streams and cursors could not be opened, and texts not be stored, until they are closed.
   * Clients do not wait for the answer to `open_stream`: what they show is the answer to the request
   * behind it.
   */
  readonly #refused = boundedCache<Name, Refused>(maxRefused);
  /** Streams that their client has closed, until what is at work on them is over. */
  readonly #leaving = new Set<ChannelStream<S>>();
  readonly #cursors = new Map<number, ChannelCursor<T, S>>();

  constructor(options: ChannelOptions<T, S>) {
    this.#options = options;
    this.#texts = new SqlTexts(textLimits, options.textRoom);
  }

  /**
   * Runs one request. What it names is looked up before its first step, so that later requests of
   * other streams cannot change it.
   *
   * @param begin called with the session when the request's turn has come
   * @throws SqlError where a statement fails, ProtocolError where the request makes no sense
   */
  *answer(request: ChannelRequest, begin: (session: S) => void): Steps<Answer<T>> {
    const { type } = request;
    switch (type) {
      case "open_stream":
        this.#open(request.streamId);
        return { type };
      case "close_stream":
        yield* this.#closeStream(request.streamId);
        return { type };
      case "store_sql":
      case "close_sql":
        this.#texts.apply(request);
        this.#refused.delete(`text ${request.sqlId}`);
        return { type };
      case "open_cursor":
        yield* this.#openCursor(request.streamId, request.cursorId, request.steps, begin);
        return { type };
      case "fetch_cursor":
        return yield* this.#fetch(request.cursorId, request.maxCount, begin);
      case "close_cursor":
        yield* this.#closeCursor(request.cursorId);
        return { type };
      case "work":
        return yield* this.#work(request.streamId, request.work, begin);
    }
  }

  /** Remembers why a request was refused before it came here, where later ones depend on it. */
  refuse(request: ChannelRequest, error: unknown): void {
    const name = nameIn(request);
    if (name !== undefined) this.#refused.set(name, { error });
  }

  /** Closes every stream, for good; one that is at work, after that. */
  closeStreams(): void {
    for (const stream of [...this.#streams.values(), ...this.#leaving]) stream.expire();
  }

  /** Closes every stream at once: whatever was at work must have been stopped. */
  close(): void {
    for (const stream of [...this.#streams.values(), ...this.#leaving]) stream.close();
    this.#streams.clear();
    this.#leaving.clear();
    this.#texts.clear();
  }

  #open(id: number): void {
    if (this.#streams.has(id)) {
      throw new ProtocolError("STREAM_EXISTS", `Stream ${id} is open already`);
    }
    try {
      this.#streams.set(id, new ChannelStream(this.#openSession()));
      this.#refused.delete(`stream ${id}`);
    } catch (error) {
      this.#refused.set(`stream ${id}`, { error });
      throw error;
    }
  }

  #openSession(): S {
    if (this.#streams.size < maxStreams) return this.#options.openSession();
    throw new SqlError(
      "STREAMS_TOO_MANY",
      `No more than ${maxStreams} streams can be open on one connection; close some`,
    );
  }

  *#closeStream(id: number): Steps<void> {
    const stream = this.#streams.get(id);
    this.#refused.delete(`stream ${id}`);
    // A stream that did not open may be closed too.
    if (stream === undefined) return;
    this.#streams.delete(id);
    for (const [cursorId, cursor] of this.#cursors) {
      if (cursor.stream === stream) this.#cursors.delete(cursorId);
    }
    this.#leaving.add(stream);
    yield* stream.take();
    this.#leaving.delete(stream);
    stream.expire();
    stream.pass();
  }

  *#work(id: number, work: StreamWork, begin: (session: S) => void): Steps<Answer<T>> {
    const { encoding, limits } = this.#options;
    checkRequests([work], limits);
    const stream = this.#stream(id);
    const resolved = this.#resolve(work);
    return yield* stream.turn(function* run() {
      stream.check();
      begin(stream.session);
      return yield* runWork(stream, resolved, encoding, new ResponseLimit(limits));
    });
  }

  *#openCursor(
    streamId: number,
    id: number,
    steps: readonly BatchStep[],
    begin: (session: S) => void,
  ): Steps<void> {
    const { encoding, limits, unreadRows } = this.#options;
    this.#refused.delete(`cursor ${id}`);
    checkStatements(steps.length, limits);
    const stream = this.#stream(streamId);
    if (this.#cursors.has(id)) {
      throw new ProtocolError("CURSOR_EXISTS", `Cursor ${id} is open already`);
    }
    const batch = this.#resolve({ type: "batch", steps });
    const cursor = new ChannelCursor(stream, encoding, batch.steps, { limits, unreadRows });
    // Requests that follow may name it before its turn has come.
    this.#cursors.set(id, cursor);
    try {
      yield* stream.turn(function* open() {
        stream.check();
        stream.cursor = cursor;
        begin(stream.session);
        yield* cursor.open();
      });
    } catch (error) {
      cursor.close();
      if (this.#cursors.get(id) === cursor) this.#cursors.delete(id);
      throw error;
    }
  }

  *#fetch(id: number, maxCount: number, begin: (session: S) => void): Steps<Answer<T>> {
    const cursor = this.#cursor(id);
    const { stream } = cursor;
    return yield* stream.turn(function* fetch() {
      stream.checkOpen();
      if (stream.cursor !== cursor) throw cursorNotFound(id);
      begin(stream.session);
      return yield* cursor.fetch(maxCount);
    });
  }

  *#closeCursor(id: number): Steps<void> {
    const cursor = this.#cursors.get(id);
    this.#refused.delete(`cursor ${id}`);
    // A cursor that did not open may be closed too.
    if (cursor === undefined) return;
    this.#cursors.delete(id);
    yield* cursor.stream.take();
    cursor.close();
    cursor.stream.pass();
  }

  #stream(id: number): ChannelStream<S> {
    const stream = this.#streams.get(id);
    if (stream !== undefined) return stream;
    this.#checkRefused(`stream ${id}`);
    throw new ProtocolError("STREAM_NOT_FOUND", `There is no open stream ${id}`);
  }

  #cursor(id: number): ChannelCursor<T, S> {
    const cursor = this.#cursors.get(id);
    if (cursor !== undefined) return cursor;
    this.#checkRefused(`cursor ${id}`);
    throw cursorNotFound(id);
  }

  #text(source: SqlSource): string {
    if ("sqlId" in source && !this.#texts.has(source.sqlId)) {
      this.#checkRefused(`text ${source.sqlId}`);
    }
    return this.#texts.resolve(source);
  }

  /** @throws why a request was refused that gave something this name */
  #checkRefused(name: Name): void {
    const refused = this.#refused.get(name);
    if (refused !== undefined) throw refused.error;
  }

  /** The same work with the texts themselves in the place of their numbers. */
  #resolve<W extends StreamWork>(work: W): W {
    switch (work.type) {
      case "execute":
        return { ...work, statement: this.#resolveStatement(work.statement) };
      case "batch":
        return {
          ...work,
          steps: work.steps.map((step) => ({
            ...step,
            statement: this.#resolveStatement(step.statement),
          })),
        };
      case "sequence":
      case "describe":
        return { ...work, source: { sql: this.#text(work.source) } };
      default:
        return work;
    }
  }

  #resolveStatement<St extends { readonly source: SqlSource }>(statement: St): St {
    return { ...statement, source: { sql: this.#text(statement.source) } };
  }
}

/** What later requests name. */
type Name = `${"stream" | "cursor" | "text"} ${number}`;

/** What a request was answered with that was to open or to store something. */
interface Refused {
  readonly error: unknown;
}

function nameIn(request: ChannelRequest): Name | undefined {
  switch (request.type) {
    case "open_stream":
      return `stream ${request.streamId}`;
    case "open_cursor":
      return `cursor ${request.cursorId}`;
    case "store_sql":
      return `text ${request.sqlId}`;
    default:
      return undefined;
  }
}

function cursorNotFound(id: number): ProtocolError {
  return new ProtocolError("CURSOR_NOT_FOUND", `There is no open cursor ${id}`);
}
