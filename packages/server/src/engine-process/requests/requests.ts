import { type Command, replyKind } from "../../engine/wire/frames.ts";
import { checkTexts } from "../../hrana/batch.ts";
import { runCursor } from "../../hrana/cursor.ts";
import type { Encoding, Piece } from "../../hrana/encoding.ts";
import { decodeText } from "../../hrana/json/fields.ts";
import {
  checkRequests,
  checkStatements,
  checkUnread,
  type RequestLimits,
} from "../../hrana/limits.ts";
import type { Text } from "../../hrana/long-text.ts";
import { runOnly, runPipeline } from "../../hrana/pipeline.ts";
import type { PipelineRequest, Version } from "../../hrana/requests.ts";
import type { Steps } from "../../hrana/session.ts";
import { Stream } from "../../hrana/stream.ts";
import { dumpDatabase, readDumpOptions } from "./dump.ts";
import { isOneStatement, onlyStatement } from "./only-statement.ts";
import { accessOf, type Runtime } from "../runtime.ts";
import { type Member, SharedTransactions } from "./shared-transactions.ts";
import { ClientLeft } from "../statements/lock-wait.ts";
import type { Sharing } from "./sharing.ts";
import { StreamedReplies } from "./streamed-replies.ts";
import { StreamedReply } from "./streamed-reply.ts";
import type { OpenStream, Streams } from "./streams.ts";

/** Work on a stream that is there for this one request. */
export type SingleWork = (stream: Stream, body: string, limits: RequestLimits) => Steps<Text>;

/** Runs the requests that come over HTTP. */
export class Requests {
  readonly #runtime: Runtime;
  readonly #streams: Streams;
  readonly #sharing: Sharing;
  readonly #transactions: SharedTransactions;
  /** More commands wait behind the one that is run. */
  isMoreThere = false;
  /** Commands that wait for a stream which is at work, with its baton. */
  readonly #waiting = new Map<number, string>();
  readonly #streamed: StreamedReplies;

  constructor(runtime: Runtime, streams: Streams, sharing: Sharing) {
    this.#runtime = runtime;
    this.#streams = streams;
    this.#sharing = sharing;
    this.#transactions = new SharedTransactions(runtime);
    this.#streamed = new StreamedReplies(runtime.tasks);
  }

  /** Answers those that wait for others. */
  settle(): void {
    this.#transactions.settle();
  }

  /** Sends what there is of replies that are sent in parts. */
  flush(): void {
    this.#streamed.flush();
  }

  /** A part of the reply to command `id` has gone out. */
  partPassed(id: number): void {
    this.#streamed.partPassed(id);
  }

  /** Nobody reads the reply to command `id` any more. */
  cancel(id: number): void {
    this.#streamed.cancel(id);
    this.#runtime.cancel(id);
    const baton = this.#waiting.get(id);
    if (baton === undefined) return;
    this.#waiting.delete(id);
    this.#streams.giveUp(baton);
    this.#runtime.replies.whole(id, 200, "");
  }

  /** Closes the streams of a database that have idled for too long. */
  closeIdle(databaseId: string): void {
    this.#streams.closeIdleOf(databaseId);
  }

  /** Ends the replies of a database that are sent in parts. */
  endAllOf(databaseId: string): void {
    this.#streamed.endAllOf(databaseId);
  }

  pipeline<T extends Piece>(command: Command, version: Version, encoding: Encoding<T>): void {
    const { settings, tasks, replies } = this.#runtime;
    const { id, body } = command;
    const request = tasks.read(id, body.length, () => encoding.readPipeline(body, version));
    checkRequests(request.requests, settings.limits);
    if (this.isMoreThere && this.#sharing.isForOthers(command, request)) {
      replies.send(id, replyKind.shared, 0, "");
      // At once: the others that wait are run meanwhile.
      return replies.flush();
    }
    const only = onlyStatement(request);
    const alone = () => this.#alone(command, request, encoding);
    if (only === undefined) {
      this.settle();
      return alone();
    }
    const { statement, sql } = only;
    const member: Member = {
      command,
      sql,
      run: (session) => runOnly(new Stream(session), statement, encoding, settings.limits),
      alone: () => this.#guarded(command, alone),
    };
    if (!this.#transactions.take(member, this.isMoreThere)) alone();
  }

  #alone<T extends Piece>(command: Command, request: PipelineRequest, encoding: Encoding<T>): void {
    const { settings, tasks, replies } = this.#runtime;
    const { baton, requests } = request;
    const isLasting = !requests.some(({ type }) => type === "close");
    const isSingle = isOneStatement(requests);
    const again = () => this.#alone(command, request, encoding);
    const open = this.#stream(command, baton, { isLasting, isSingle }, again);
    if (open === undefined) return;
    const steps = runPipeline(open.stream, requests, encoding, settings.limits);
    const started = performance.now();
    tasks.run(command.id, steps, {
      done: ({ results, closed }) => {
        const next = closed ? undefined : this.#streams.renew(open);
        if (closed) this.#streams.close(open);
        else this.#streams.leaveOpen(open);
        replies.whole(command.id, 200, encoding.pipeline(next, results));
        if (open.session.hasPlainlyRead) {
          this.#sharing.note(command, request, performance.now() - started);
        }
      },
      failed: (error) => {
        if (error instanceof ClientLeft && baton !== undefined) this.#streams.giveBack(open);
        else this.#streams.expire(open);
        this.#runtime.fail(command.id, error);
      },
    });
  }

  cursor<T extends Piece>(command: Command, encoding: Encoding<T>): void {
    const { id, body } = command;
    const { baton, steps: batch } = this.#runtime.tasks.read(id, body.length, () =>
      encoding.readCursor(body),
    );
    checkStatements(batch.length, this.#runtime.settings.limits);
    const again = () => this.cursor(command, encoding);
    const isSingle = batch.length === 1;
    const open = this.#stream(command, baton, { isLasting: true, isSingle }, again);
    if (open === undefined) return;
    try {
      checkTexts(open.stream, batch);
    } catch (error) {
      this.#streams.expire(open);
      throw error;
    }
    const { replies, settings } = this.#runtime;
    const reply = new StreamedReply<T>(command.id, replies, (entries) => encoding.join(entries));
    const write = (entry: T) => reply.write(encoding.delimit(entry));
    write(encoding.cursorHead(this.#streams.renew(open)));
    const sink = {
      entry: write,
      checkRoom: () => checkUnread(reply.unread, settings.limits),
      pause: () => reply.pause(),
      pauseAfterStep: () => reply.pause(),
    };
    this.#streamed.run(command, reply, runCursor(open.stream, batch, encoding, sink), {
      done: () => {
        this.#streams.leaveOpen(open);
        if (encoding.cursorEnd !== undefined) write(encoding.cursorEnd);
        reply.end();
      },
      failed: (error) => {
        this.#streams.expire(open);
        write(encoding.cursorError(this.#runtime.describe(error)));
        reply.end();
      },
      // Its reader has read enough, and the stream goes on, as does its transaction.
      cancelled: () => this.#streams.leaveOpen(open),
    });
  }

  /** Sends the database as SQL text. */
  dump(command: Command): void {
    const options = readDumpOptions(command.body.toString());
    const session = this.#runtime.session(command, { isTimed: false });
    const { id } = command;
    const reply = new StreamedReply<string>(id, this.#runtime.replies, (texts) => texts.join(""));
    this.#streamed.run(command, reply, dumpDatabase(session, options, reply), {
      done: () => {
        session.close();
        reply.end();
      },
      failed: (error) => {
        session.close();
        if (reply.hasStarted) this.#runtime.breakOff(id, error);
        else this.#runtime.fail(id, error);
      },
      cancelled: () => session.close(),
    });
  }

  /** Runs a request that brings its own stream. */
  single(command: Command, work: SingleWork): void {
    const session = this.#runtime.session(command);
    session.begin(command, false);
    const { settings, tasks, replies } = this.#runtime;
    const steps = work(new Stream(session), decodeText(command.body), settings.limits);
    tasks.run(command.id, steps, {
      done: (body) => {
        session.close();
        replies.whole(command.id, 200, body);
      },
      failed: (error) => {
        session.close();
        this.#runtime.fail(command.id, error);
      },
    });
  }

  /** Begins a command later than it came. */
  #guarded({ id }: Command, begin: () => void): void {
    try {
      begin();
    } catch (error) {
      this.#runtime.fail(id, error);
    }
  }

  /**
   * The stream of a request; undefined where another process has it, which is told, and where the
   * stream is at work.
   *
   * @param again takes the request once more, when the stream is not at work
   */
  #stream(
    command: Command,
    baton: string | undefined,
    kind: { readonly isLasting: boolean; readonly isSingle: boolean },
    again: () => void,
  ): OpenStream | undefined {
    const { databaseId } = command;
    if (baton === undefined) {
      const session = this.#runtime.session(command, kind);
      session.begin(command, kind.isSingle);
      return this.#streams.open(databaseId, session, kind.isLasting);
    }
    const { replies } = this.#runtime;
    const found = this.#streams.take(baton, databaseId, () => {
      if (!this.#waiting.delete(command.id)) return;
      this.#guarded(command, again);
      replies.flush();
    });
    if (found === undefined) {
      this.#waiting.set(command.id, baton);
      return undefined;
    }
    if ("incarnation" in found) {
      replies.send(command.id, replyKind.elsewhere, 0, String(found.incarnation));
      return undefined;
    }
    found.session.access = accessOf(command);
    found.session.begin(command, kind.isSingle);
    return found;
  }
}
