import type { Socket } from "node:net";
import {
  type Command,
  decodeCommand,
  operation,
  longBody,
  type Operation,
  replyKind,
} from "../engine/wire/frames.ts";
import { channelOf } from "../engine/wire/channel-messages.ts";
import type { EngineProcessSettings } from "../engine/wire/settings.ts";
import { Backlog } from "./backlog.ts";
import { Channels } from "./requests/channels.ts";
import { Databases } from "./database/databases.ts";
import { Durability } from "./files/durability.ts";
import type { LargeReplies } from "./files/large-replies.ts";
import { Orders } from "./orders.ts";
import { ProgressWriter } from "./process/progress.ts";
import { tellWhatRuns } from "./process/tell-what-runs.ts";
import { Replies } from "./replies.ts";
import { Requests } from "./requests/requests.ts";
import { Runtime } from "./runtime.ts";
import { Sharing } from "./requests/sharing.ts";
import { StreamPlaces } from "./statements/stream-places.ts";
import { Streams } from "./requests/streams.ts";
import { Tasks } from "./tasks.ts";

/** While the gateway has not taken so many bytes of replies, no other command is begun. */
const mostUnsent = 16 * 1024 * 1024;

/** What runs nothing on a database. */
const quiet = new Set<Operation>([
  operation.close,
  operation.openChannel,
  operation.hangUp,
  operation.sync,
  operation.closeIdle,
]);

/** Runs the gateway's commands, in their order where nothing makes one wait. */
export class Commands {
  readonly #databases: Databases;
  readonly #streams: Streams;
  readonly #replies: Replies;
  readonly #progress: ProgressWriter;
  readonly #runtime: Runtime;
  readonly #requests: Requests;
  readonly #channels: Channels;
  readonly #orders: Orders;
  readonly #places: StreamPlaces;
  readonly #tasks: Tasks;
  readonly #backlog: Backlog;
  /** The section in which the monitor gave the queue away; what comes before its `resume` is somebody else's. */
  #heldUpIn: number | undefined;

  constructor(
    settings: EngineProcessSettings,
    socket: Socket,
    large: LargeReplies,
    memory: SharedArrayBuffer,
  ) {
    const durability = new Durability(settings.synchronous);
    this.#databases = new Databases(settings, durability);
    this.#streams = new Streams(settings, (databaseIds) => {
      for (const each of databaseIds) this.#replies.tell(replyKind.streamsIdle, each);
      this.flush();
    });
    this.#replies = new Replies(socket, large, durability);
    this.#progress = new ProgressWriter(memory);
    const { watchTime } = settings;
    if (watchTime > 0) tellWhatRuns(this.#progress, (id) => large.running(id), watchTime);
    this.#places = new StreamPlaces(settings.limits, (open) =>
      this.#replies.tell(replyKind.streams, JSON.stringify(open)),
    );
    this.#tasks = new Tasks(
      this.#progress,
      () => this.flush(),
      () => this.#heldUp(),
    );
    this.#runtime = new Runtime(
      {
        settings,
        databases: this.#databases,
        places: this.#places,
        replies: this.#replies,
        tasks: this.#tasks,
      },
      {
        statement: (isReading) => this.#progress.statement(isReading),
        // What is done must not wait for what may take long.
        slowStatement: () => {
          this.#requests.flush();
          this.flush();
        },
        isHeldUp: () => this.#progress.isHeldUp,
        writerWaits: (databaseId) => {
          this.#replies.tell(replyKind.writerWaits, databaseId);
          this.flush();
        },
        lockWaits: new Map(),
        breath: () => this.#tasks.breath(),
        statementTimeout: settings.statementTimeout,
        limits: settings.limits,
      },
    );
    const sharing = new Sharing(settings, this.#databases);
    this.#requests = new Requests(this.#runtime, this.#streams, sharing);
    this.#channels = new Channels(this.#runtime);
    this.#orders = new Orders({
      databases: this.#databases,
      requests: this.#requests,
      channels: this.#channels,
      replies: this.#replies,
    });
    this.#backlog = new Backlog({
      progress: this.#progress,
      source: socket,
      begin: (command, isMoreThere) => {
        this.#progress.running?.(command.id);
        this.#begin(command, isMoreThere);
      },
      settle: () => this.settle(),
      isBackedUp: () => this.#replies.unsent > mostUnsent,
    });
  }

  ready(): void {
    this.#replies.tell(replyKind.ready);
    this.flush();
  }

  flush(): void {
    this.#replies.flush();
  }

  /** The gateway has taken all replies: what waited for that is begun. */
  drained(): void {
    this.#backlog.goOn();
  }

  /** Answers all that was begun so far, as far as nothing has to be waited for. */
  settle(): void {
    this.#backlog.burstOver();
    this.#requests.settle();
    this.flush();
  }

  /** Tells the gateway that this process has more memory than it may. */
  outgrown(): void {
    // Another one takes its place, while it goes on with its streams.
    this.#databases.leave();
    this.#replies.tell(replyKind.outgrown);
    this.flush();
  }

  /**
   * Runs what has come and ends the rest, which the gateway is not told.
   *
   * @param stopped called when the gateway has all answers
   */
  stop(stopped: () => void): void {
    this.#backlog.finish();
    this.#replies.end(stopped);
    this.#tasks.hold();
    this.#streams.closeAll();
    this.#channels.closeAll();
    this.#databases.closeAll();
  }

  /**
   * Takes one command; begins it unless others come first, or the queue was given away.
   *
   * @param isMoreThere whether others wait behind it
   */
  receive(frame: Buffer, isMoreThere: boolean): void {
    const command = decodeCommand(frame);
    try {
      if (this.#hear(command)) return;
    } catch (error) {
      // Its number is no order's, which could be answered.
      this.#runtime.log(error);
      return;
    }
    if (this.#heldUpIn !== undefined) return;
    if (command.operation === operation.hangUp) this.#giveBackMessages(command);
    if (this.#backlog.take(command, isMoreThere)) return;
    this.#progress.begin(command.id);
    this.#begin(command, isMoreThere);
  }

  #begin(command: Command, isMoreThere: boolean): void {
    if (command.body.length > longBody) this.#replies.send(command.id, replyKind.begun, 0, "");
    this.#requests.isMoreThere = isMoreThere;
    try {
      this.#orders.run(command);
    } catch (error) {
      this.#runtime.fail(command.id, error);
    }
  }

  /** Takes what the gateway only lets know, and never has an answer to; false where it is an order. */
  #hear({ operation: kind, id, databaseId }: Command): boolean {
    switch (kind) {
      case operation.resume:
        if (id === this.#heldUpIn) {
          this.#heldUpIn = undefined;
          this.#tasks.resume();
        }
        return true;
      case operation.streamsFull:
      case operation.streamsFree:
        this.#places.isServerFull = kind === operation.streamsFull;
        return true;
      case operation.streamsElsewhere:
        this.#places.setElsewhere(databaseId, id);
        return true;
      case operation.writerWaits:
        this.#databases.openOne(databaseId)?.interruptOverdueWriter();
        return true;
      case operation.endSessions:
        this.#endSessions(databaseId);
        return true;
      case operation.taken:
        this.#replies.taken(id);
        return true;
      case operation.answerTaken:
        this.#channels.taken(id);
        return true;
      case operation.more:
        this.#requests.partPassed(id);
        return true;
      case operation.cancel:
        if (!this.#giveBack(databaseId, (command) => command.id === id)) this.#requests.cancel(id);
        return true;
      default:
        return false;
    }
  }

  #endSessions(databaseId: string): void {
    this.#giveBack(databaseId, ({ operation: kind }) => !quiet.has(kind));
    // What is at work ends with its next statement or row.
    this.#databases.endSessions(databaseId);
    this.#requests.endAllOf(databaseId);
    this.#streams.closeAllOf(databaseId);
    this.#channels.closeStreamsOf(databaseId);
  }

  /** The client of a channel is gone: what it sent is not begun any more. */
  #giveBackMessages({ databaseId, body }: Command): void {
    const channel = channelOf(body);
    this.#giveBack(
      databaseId,
      (command) => command.operation === operation.message && channelOf(command.body) === channel,
    );
  }

  /**
   * Gives commands of a database back that wait.
   *
   * @returns whether there were any
   */
  #giveBack(databaseId: string, isMeant: (command: Command) => boolean): boolean {
    const given = this.#backlog.remove(databaseId, isMeant);
    for (const { id } of given) this.#replies.send(id, replyKind.returned, 0, "");
    return given.length > 0;
  }

  #heldUp(): void {
    this.#databases.shareAll();
    const { position } = this.#progress;
    this.#heldUpIn = position.section;
    this.#backlog.clear();
    this.#tasks.hold();
    this.#replies.tell(replyKind.heldUp, JSON.stringify(position));
    this.flush();
  }
}
