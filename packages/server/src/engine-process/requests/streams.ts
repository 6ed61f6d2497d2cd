import { randomBytes } from "node:crypto";
import { boundedCache } from "../../tools/bounded-cache.ts";
import type { EngineProcessSettings } from "../../engine/wire/settings.ts";
import { ProtocolError } from "../../hrana/errors.ts";
import { Stream } from "../../hrana/stream.ts";
import { streamExpired } from "../../hrana/stream-expired.ts";
import { fairTime, processTime } from "../process/fair-time.ts";
import type { DatabaseSession } from "../statements/session.ts";

/** Batons of streams that expired are remembered, to tell them from others. */
const rememberedStreams = 10_000;

/** A stream between two requests, known to its client by a baton that works once. */
export interface OpenStream {
  /** Of one that lasts; most end with the request that opened them. */
  id: string | undefined;
  readonly databaseId: string;
  readonly stream: Stream;
  readonly session: DatabaseSession;
  /** Which request of the stream comes next. */
  sequence: number;
  isBusy: boolean;
  /** Begins the next request, which came while this one is at work. */
  next: (() => void) | undefined;
  /** It was closed while a request ran on it, and goes when that is done. */
  isClosing: boolean;
  /** In {@link processTime}. */
  lastUsed: number;
}

/** The stream of a baton lives in another engine process. */
export interface Elsewhere {
  readonly incarnation: number;
}

/** The open streams of one engine process. */
export class Streams {
  /** The number of this process among all that ever ran, which its batons carry. */
  readonly #incarnation: number;
  readonly #open = new Map<string, OpenStream>();
  readonly #expired = boundedCache<string, true>(rememberedStreams);
  readonly #sweeper: NodeJS.Timeout;

  readonly #idleTimeout: number;
  /** Streams that are to be closed, if none of their requests waits elsewhere, by their databases. */
  readonly #idle = new Map<string, OpenStream[]>();

  /** @param idle takes the databases that `closeIdleOf` is to be called for, when that is known */
  constructor(
    {
      incarnation,
      streamIdleTimeout,
    }: Pick<EngineProcessSettings, "incarnation" | "streamIdleTimeout">,
    idle: (databaseIds: readonly string[]) => void,
  ) {
    this.#incarnation = incarnation;
    this.#idleTimeout = streamIdleTimeout;
    const interval = Math.min(1_000, streamIdleTimeout);
    this.#sweeper = setInterval(() => idle(this.#findIdle()), interval);
    this.#sweeper.unref();
  }

  /**
   * Opens a stream for a request that brought no baton.
   *
   * @param isLasting whether it is to outlive the request
   */
  open(databaseId: string, session: DatabaseSession, isLasting: boolean): OpenStream {
    const open: OpenStream = {
      id: isLasting ? randomBytes(16).toString("base64url") : undefined,
      databaseId,
      stream: new Stream(session),
      session,
      sequence: 0,
      isBusy: true,
      next: undefined,
      isClosing: false,
      lastUsed: processTime(),
    };
    if (open.id !== undefined) this.#open.set(open.id, open);
    return open;
  }

  /**
   * The stream that a baton stands for, for one request. A cursor gives its baton before its rows:
   * who uses it before all of them are read has to wait.
   *
   * @param whenFree called where the stream is at work, when it no longer is: take the baton again
   * @returns undefined where the stream is at work
   * @throws ProtocolError where the baton is none, was used before, or its stream is gone
   */
  take(
    baton: string,
    databaseId: string,
    whenFree: () => void,
  ): OpenStream | Elsewhere | undefined {
    const [incarnation, id, sequence, ...rest] = baton.split(".");
    if (
      incarnation === undefined ||
      id === undefined ||
      sequence === undefined ||
      rest.length > 0
    ) {
      throw invalidBaton();
    }
    if (incarnation !== String(this.#incarnation)) {
      if (!/^[0-9]{1,9}$/.test(incarnation)) throw invalidBaton();
      return { incarnation: Number(incarnation) };
    }
    const open = this.#open.get(id);
    if (open === undefined || open.databaseId !== databaseId) {
      throw this.#expired.has(id) ? streamExpired("mayHaveIdled") : invalidBaton();
    }
    if (sequence !== String(open.sequence) || open.next !== undefined) {
      throw new ProtocolError("BATON_REUSED", "Received a baton that has already been used");
    }
    if (open.isBusy) {
      open.next = whenFree;
      return undefined;
    }
    open.isBusy = true;
    open.sequence += 1;
    return open;
  }

  /** The request that waits for the stream of a baton no longer does; the baton can be used again. */
  giveUp(baton: string): void {
    const [, id = "", sequence] = baton.split(".");
    const open = this.#open.get(id);
    // It may be another's by now.
    if (sequence === String(open?.sequence) && open !== undefined) open.next = undefined;
  }

  /** The baton of the stream's next request. */
  renew(open: OpenStream): string {
    open.id ??= randomBytes(16).toString("base64url");
    this.#open.set(open.id, open);
    return `${this.#incarnation}.${open.id}.${open.sequence}`;
  }

  /** Leaves a stream open after a request, for the bearer of the baton that was renewed. */
  leaveOpen(open: OpenStream): void {
    if (open.isClosing) return this.expire(open);
    open.isBusy = false;
    open.lastUsed = processTime();
    if (open.id === undefined) return;
    beginNext(open);
  }

  /** Nothing was done for a request: its baton can be used again. */
  giveBack(open: OpenStream): void {
    open.sequence -= 1;
    this.leaveOpen(open);
  }

  /** Closes a stream for its client; its transaction is rolled back. */
  close(open: OpenStream): void {
    if (open.id !== undefined) this.#open.delete(open.id);
    open.session.close();
    beginNext(open);
  }

  /** Closes a stream that its client did not close, and can be told so. */
  expire(open: OpenStream): void {
    if (open.id !== undefined) this.#expired.set(open.id, true);
    this.close(open);
  }

  /** Closes every stream of a database; one that is at work, after that. */
  closeAllOf(databaseId: string): void {
    for (const open of this.#open.values()) {
      if (open.databaseId !== databaseId) continue;
      if (open.isBusy) open.isClosing = true;
      else this.expire(open);
    }
  }

  /** Closes the streams of a database that were found idle, and still are. */
  closeIdleOf(databaseId: string): void {
    const found = this.#idle.get(databaseId) ?? [];
    this.#idle.delete(databaseId);
    for (const open of found) {
      if (open.id !== undefined && this.#open.has(open.id) && this.#hasIdled(open)) {
        this.expire(open);
      }
    }
  }

  closeAll(): void {
    clearInterval(this.#sweeper);
    for (const open of this.#open.values()) this.close(open);
  }

  /** The databases of streams that have idled for too long, of which that is news. */
  #findIdle(): string[] {
    const found = new Map<string, OpenStream[]>();
    for (const open of this.#open.values()) {
      const { databaseId } = open;
      if (this.#idle.has(databaseId) || !this.#hasIdled(open)) continue;
      const others = found.get(databaseId);
      if (others === undefined) found.set(databaseId, [open]);
      else others.push(open);
    }
    for (const [databaseId, streams] of found) this.#idle.set(databaseId, streams);
    return [...found.keys()];
  }

  #hasIdled({ isBusy, databaseId, lastUsed }: OpenStream): boolean {
    return !isBusy && fairTime(databaseId) - lastUsed >= this.#idleTimeout;
  }
}

/** Not at once: what is at work ends first. */
function beginNext(open: OpenStream): void {
  if (open.next !== undefined) setImmediate(open.next);
  open.next = undefined;
}

function invalidBaton(): ProtocolError {
  return new ProtocolError(
    "BATON_INVALID",
    "Received an invalid baton: its stream was closed, ended long ago or with the server, or is not " +
      "of this database; open a new one",
  );
}
