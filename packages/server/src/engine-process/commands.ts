import type { Socket } from "node:net";
import type { Access } from "../engine/engine.ts";
import {
  type Command,
  commandFlag,
  decodeCommand,
  operation,
  replyKind,
} from "../engine/wire/frames.ts";
import { runCursor } from "../hrana/cursor.ts";
import { errorBody, ProtocolError, SqlError } from "../hrana/errors.ts";
import { runPipeline } from "../hrana/pipeline.ts";
import { parseCursor, parsePipeline, type Version } from "../hrana/requests.ts";
import { ResultText } from "../hrana/results.ts";
import type { Steps } from "../hrana/session.ts";
import { CursorReply } from "./cursor-reply.ts";
import { Databases } from "./databases.ts";
import { ProgressWriter } from "./progress.ts";
import { Replies } from "./replies.ts";
import { DatabaseSession, type SessionHooks } from "./session.ts";
import type { EngineProcessSettings } from "../engine/wire/settings.ts";
import { type OpenStream, Streams } from "./streams.ts";
import { Tasks } from "./tasks.ts";

/** Runs the gateway's commands, in their order where nothing makes one wait. */
export class Commands {
  readonly #settings: EngineProcessSettings;
  readonly #databases: Databases;
  readonly #streams: Streams;
  readonly #replies: Replies;
  readonly #progress: ProgressWriter;
  readonly #tasks: Tasks;
  readonly #hooks: SessionHooks;
  readonly #cursors = new Map<number, { reply: CursorReply; cancel(): void }>();
  /** The monitor gave the queue away; what comes before `resume` is somebody else's. */
  #isHeldUp = false;

  constructor(settings: EngineProcessSettings, socket: Socket, memory: SharedArrayBuffer) {
    this.#settings = settings;
    this.#databases = new Databases(settings.directory, settings.openDatabases);
    this.#streams = new Streams(settings.incarnation);
    this.#replies = new Replies(socket);
    this.#progress = new ProgressWriter(memory);
    this.#tasks = new Tasks(
      this.#progress,
      () => this.flush(),
      () => this.#heldUp(),
    );
    this.#hooks = {
      statement: () => this.#progress.statement(),
      // What is done must not wait for what may take long.
      unknownStatement: () => this.flush(),
      breath: () => this.#tasks.breath(),
      statementTimeout: settings.statementTimeout,
    };
  }

  ready(): void {
    this.#replies.send(0, replyKind.ready, 0, "");
    this.flush();
  }

  flush(): void {
    this.#replies.flush();
  }

  stop(): void {
    this.#streams.closeAll();
    this.#databases.closeAll();
  }

  /** Takes one command; begins it unless the queue was given away. */
  receive(frame: Buffer): void {
    const command = decodeCommand(frame);
    switch (command.operation) {
      case operation.resume:
        this.#isHeldUp = false;
        return;
      case operation.more:
        this.#cursors.get(command.id)?.reply.partPassed();
        return;
      case operation.cancel:
        this.#cursors.get(command.id)?.cancel();
        return;
      default:
        if (this.#isHeldUp) return;
        this.#progress.begin(command.id);
        this.#begin(command);
    }
  }

  #begin(command: Command): void {
    try {
      switch (command.operation) {
        case operation.pipeline2:
          return this.#pipeline(command, 2);
        case operation.pipeline3:
          return this.#pipeline(command, 3);
        case operation.cursor3:
          return this.#cursor(command);
        case operation.ping:
          return this.#ping(command);
        case operation.create:
          this.#databases.create(command.databaseId);
          break;
        case operation.close:
          this.#streams.closeAllOf(command.databaseId);
          this.#databases.close(command.databaseId);
          break;
        case operation.closeStreams:
          this.#streams.closeAllOf(command.databaseId);
          break;
      }
      this.#replies.whole(command.id, 200, "");
    } catch (error) {
      this.#fail(command.id, error);
    }
  }

  #pipeline(command: Command, version: Version): void {
    const { baton, requests } = parsePipeline(command.body.toString(), version);
    const open = this.#stream(command, baton);
    if (open === undefined) return;
    const steps = runPipeline(open.stream, requests, this.#settings.maxResponseBytes);
    this.#tasks.run(command.id, steps, {
      done: ({ results, closed }) => {
        // Batons are of this program's making: no character of theirs needs escaping.
        const next = closed ? "null" : `"${this.#streams.renew(open)}"`;
        if (closed) this.#streams.close(open);
        else this.#streams.leaveOpen(open);
        const body = `{"baton":${next},"base_url":null,"results":${results}}`;
        this.#replies.whole(command.id, 200, body);
      },
      failed: (error) => {
        this.#streams.close(open);
        this.#fail(command.id, error);
      },
    });
  }

  #cursor(command: Command): void {
    const { baton, steps: batch } = parseCursor(command.body.toString());
    const open = this.#stream(command, baton);
    if (open === undefined) return;
    const { id } = command;
    const reply = new CursorReply(id, this.#replies);
    reply.entry(`{"baton":"${this.#streams.renew(open)}","base_url":null}`);
    const steps = runCursor(open.stream, batch, reply);
    const end = () => {
      this.#cursors.delete(id);
      reply.end();
    };
    this.#cursors.set(id, {
      reply,
      cancel: () => {
        steps.return();
        this.#streams.close(open);
        end();
        reply.wake();
      },
    });
    this.#tasks.run(id, steps, {
      done: () => {
        // A cancelled cursor has ended before.
        if (!this.#cursors.has(id)) return;
        this.#streams.leaveOpen(open);
        end();
      },
      failed: (error) => {
        this.#streams.close(open);
        const { code, message } = describeFailure(error);
        reply.entry(JSON.stringify({ type: "error", error: { message, code } }));
        end();
      },
    });
  }

  /** Answers once the database has answered a query. */
  #ping(command: Command): void {
    const session = this.#session(command);
    const result = new ResultText({ remaining: 1_000, total: 1_000 }, true);
    const noArguments = { positional: [], named: [] };
    const steps: Steps<unknown> = session.execute("SELECT 1", noArguments, result);
    this.#tasks.run(command.id, steps, {
      done: () => {
        session.close();
        this.#replies.whole(command.id, 200, "");
      },
      failed: (error) => {
        session.close();
        this.#fail(command.id, error);
      },
    });
  }

  /** The stream of a request; undefined where another process has it, which is told. */
  #stream(command: Command, baton: string | undefined): OpenStream | undefined {
    const { databaseId } = command;
    if (baton === undefined) return this.#streams.open(databaseId, this.#session(command));
    const found = this.#streams.take(baton, databaseId);
    if ("incarnation" in found) {
      this.#replies.send(command.id, replyKind.elsewhere, 0, String(found.incarnation));
      return undefined;
    }
    found.session.access = accessOf(command);
    return found;
  }

  #session(command: Command): DatabaseSession {
    const isStale = (command.flags & commandFlag.stale) !== 0;
    const database = this.#databases.get(command.databaseId, isStale);
    return new DatabaseSession(database, accessOf(command), this.#hooks);
  }

  #fail(id: number, error: unknown): void {
    const { status, code, message } = describeFailure(error);
    this.#replies.whole(id, status, errorBody(code, message));
  }

  #heldUp(): void {
    this.#isHeldUp = true;
    this.#replies.send(0, replyKind.heldUp, 0, JSON.stringify(this.#progress.position));
    this.flush();
  }
}

function accessOf(command: Command): Access {
  return (command.flags & commandFlag.readOnly) === 0 ? "full-access" : "read-only";
}

function describeFailure(error: unknown): { status: number; code: string; message: string } {
  if (error instanceof ProtocolError || error instanceof SqlError) {
    return { status: 400, code: error.code, message: error.message };
  }
  console.error(error);
  const message = error instanceof Error ? error.message : String(error);
  return { status: 500, code: "ENGINE_ERROR", message: `The engine failed: ${message}` };
}
