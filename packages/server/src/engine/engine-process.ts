import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { Ending } from "./ending.ts";
import { FrameWriter } from "./frame-writer.ts";
import { HoldUp } from "./hold-up.ts";
import { LargeReplyReader } from "./large-reply-reader.ts";
import { Occupants } from "./occupants.ts";
import { OrderBook, type Pending } from "./order-book.ts";
import type { GivenOrder, Order, OrderEvents } from "./orders.ts";
import { spawnEngine } from "./spawn-engine.ts";
import { decodeAlert } from "./wire/alerts.ts";
import { FrameReader } from "./wire/frame-reader.ts";
import type { LargeReply } from "./wire/large-replies.ts";
import type { StreamCount } from "./wire/stream-count.ts";
import type { ProgressPosition } from "./wire/position.ts";
import type { EngineProcessSettings } from "./wire/settings.ts";
import { bodyOf, decodeReply, operation, type Reply, replyKind } from "./wire/frames.ts";

const noDatabase = { flags: 0, databaseId: "", body: Buffer.alloc(0) };

/** What an engine process tells its pool. */
export interface ProcessEvents {
  /** It serves. */
  ready(): void;
  /** The number of its open streams changed, of a database among them. */
  streams(databaseId: string): void;
  /** Streams of a database have idled for too long. */
  streamsIdle(databaseId: string): void;
  /** A writer of a database waits for its lock. */
  writerWaits(databaseId: string): void;
  /** It has more memory than it may; told again as long as that is so. */
  outgrown(): void;
  /**
   * It has ended; called before its orders are told.
   *
   * @param suspects where it failed, the databases that may have made it do so
   */
  gone(suspects: ReadonlySet<string>): void;
}

/** One engine process as the gateway sees it: commands go in, replies come out. */
export class EngineProcess {
  readonly incarnation: number;
  readonly occupants = new Occupants();
  readonly #settings: EngineProcessSettings;
  readonly #events: ProcessEvents;
  readonly #largeReplies = new LargeReplyReader();
  readonly #orders = new OrderBook();
  readonly #commands = new FrameWriter();
  #child: ChildProcess | undefined;
  #frames: Duplex | undefined;
  readonly #holdUp = new HoldUp();
  readonly #ending = new Ending();
  #hasServed = false;
  #delayed: NodeJS.Timeout | undefined;
  #isGone = false;

  /** @param delay milliseconds to wait before the process starts; what it is sent waits too */
  constructor(settings: EngineProcessSettings, events: ProcessEvents, delay: number) {
    this.incarnation = settings.incarnation;
    this.#settings = settings;
    this.#events = events;
    if (delay === 0) this.#start();
    else this.#delayed = setTimeout(() => this.#start(), delay);
  }

  #start(): void {
    if (this.#isGone) return;
    const spawned = spawnEngine(this.#settings, this.#largeReplies.stdio);
    if (spawned === undefined) {
      // Whoever makes it does not have it yet.
      setImmediate(() => this.#end());
      return;
    }
    const { child, frames, alerts } = spawned;
    child.once("error", () => this.#end());
    child.once("close", (code, signal) => {
      if (this.#hasServed) this.#ending.exited(code, signal, this.#largeReplies.running);
      this.#end();
    });
    const reader = new FrameReader((first, others) => this.#receive(decodeReply(first, others)));
    frames.on("data", (chunk: Buffer) => reader.push(chunk));
    createInterface({ input: alerts }).on("line", (line) => this.#alert(line));
    // The end of the process is told by its exit.
    frames.on("error", () => {});
    alerts.on("error", () => {});
    this.#child = child;
    this.#frames = frames;
    this.#commands.pipe = frames;
  }

  /** By which the system names it; undefined as long as it has not been started. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** It came so far as to take orders. */
  get hasServed(): boolean {
    return this.#hasServed;
  }

  /** It was ended from here, or ended itself because of a statement that reached its limit. */
  get hasBeenEnded(): boolean {
    return this.#ending.isMeant;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Nobody needs it: it has no orders, no open streams and no connected clients. */
  get isUnused(): boolean {
    return this.load === 0 && this.occupants.areNone;
  }

  /** The databases that it has streams of, or orders for. */
  get databases(): ReadonlySet<string> {
    const orders = [...this.#orders].map(({ databaseId }) => databaseId);
    return new Set([...this.occupants.databases, ...orders]);
  }

  /** Whether a database is one of them. */
  has(databaseId: string): boolean {
    if (this.occupants.streamsOf(databaseId) > 0) return true;
    for (const order of this.#orders) if (order.databaseId === databaseId) return true;
    return false;
  }

  /** A statement holds it up: what is sent now waits. */
  get isHeldUp(): boolean {
    return this.#holdUp.isNow;
  }

  /** The database whose statement holds the process up, if one does. */
  get heldUpBy(): string | undefined {
    const { running } = this.#holdUp;
    return running === undefined ? undefined : this.#orders.sent(running)?.order.databaseId;
  }

  /** What holds it up only reads, so that another process can have the database meanwhile. */
  get isHeldUpByRead(): boolean {
    return this.#holdUp.isReading;
  }

  /** How many orders it has. */
  get load(): number {
    return this.#orders.size;
  }

  /**
   * Gives the process a command, after the statement that holds it up, if one does, and what its
   * database has sent before.
   */
  send(order: Order, events: OrderEvents): GivenOrder {
    const pending: Pending = { order, events, id: undefined, isInPipe: false };
    this.#give(pending);
    return pending;
  }

  #give(pending: Pending): void {
    if (this.isHeldUp || !this.#orders.hasRoomFor(pending)) this.#orders.wait(pending);
    else this.#dispatch(pending);
  }

  /** Takes an order back that still waits; false where the process has it. */
  withdraw(given: GivenOrder): boolean {
    return this.#orders.withdraw(given);
  }

  /** Gives back orders that still wait. */
  giveBack(isMeant: (order: Order) => boolean): void {
    this.#orders.giveBack(isMeant);
  }

  /** Tells the process something about command, place or channel `id`, or about the server (0). */
  notify(kind: "more" | "streamsFull" | "streamsFree" | "taken" | "answerTaken", id: number): void {
    this.#commands.write(id, { ...noDatabase, operation: operation[kind] });
  }

  /**
   * Tells the process something about a database: how many open streams it has in others, that a
   * writer waits there, that all that was begun is over, or which command has lost its reader. A
   * process that is held up hears of it before it goes on.
   */
  notifyOf(
    kind: "streamsElsewhere" | "writerWaits" | "endSessions" | "cancel",
    databaseId: string,
    number = 0,
  ): void {
    this.#commands.write(number, { ...noDatabase, operation: operation[kind], databaseId });
  }

  /**
   * Ends the process, for the sake of those that wait, unless the statement that holds it up is over
   * before.
   *
   * @param patience how long they wait, in milliseconds
   */
  giveWay(patience: number): void {
    this.#holdUp.limit(patience, (order) => {
      this.#ending.gaveWay(order);
      this.#child?.kill("SIGKILL");
    });
  }

  /** Ends the process when it has done what it works on; what waits is given back. */
  stop(): void {
    for (const { events } of this.#orders.takeWaiting()) events.returned();
    this.#commands.flush();
    if (this.#frames === undefined) this.#end();
    else if (!this.#hasServed && this.load === 0) this.kill();
    else this.#frames.end();
  }

  /** Ends the process now. */
  kill(): void {
    this.#ending.killed();
    this.#child?.kill("SIGKILL");
  }

  #dispatch(pending: Pending): void {
    this.#commands.write(this.#orders.send(pending), pending.order);
  }

  #receive(reply: Reply): void {
    switch (reply.kind) {
      case replyKind.ready:
        this.#hasServed = true;
        return this.#events.ready();
      case replyKind.streams:
        return this.#setStreams(JSON.parse(bodyOf(reply).toString()));
      case replyKind.streamsIdle:
        return this.#events.streamsIdle(bodyOf(reply).toString());
      case replyKind.writerWaits:
        return this.#events.writerWaits(bodyOf(reply).toString());
      case replyKind.outgrown:
        return this.#events.outgrown();
      case replyKind.heldUp:
        return this.#resume(JSON.parse(bodyOf(reply).toString()));
      case replyKind.large:
        return this.#fetch(reply);
      case replyKind.begun:
        return this.#leftPipe(reply.id);
      case replyKind.returned: {
        const pending = this.#orders.sent(reply.id);
        this.#leftPipe(reply.id);
        this.#orders.close(reply.id);
        return pending?.events.returned();
      }
      default: {
        const pending = this.#orders.sent(reply.id);
        const isLast = reply.kind !== replyKind.start && reply.kind !== replyKind.part;
        if (isLast) this.#orders.close(reply.id);
        pending?.events.reply(reply);
      }
    }
  }

  /** A command is begun, or given back: those that waited for it may go. */
  #leftPipe(id: number): void {
    for (const pending of this.#orders.leftPipe(id)) this.#give(pending);
  }

  #setStreams(open: StreamCount): void {
    this.occupants.setStreams(open);
    this.#events.streams(open.databaseId);
  }

  /** Receives a reply that lies in the file. */
  #fetch(reply: Reply): void {
    const large: LargeReply = JSON.parse(bodyOf(reply).toString());
    const body = this.#largeReplies.read(large);
    // As where the pipe breaks: its orders are lost, and another process takes its place.
    if (body === undefined) {
      this.#child?.kill("SIGKILL");
      return;
    }
    this.notify("taken", large.place);
    this.#receive({ ...reply, kind: large.kind, pieces: [body] });
  }

  #alert(line: string): void {
    const alert = decodeAlert(line);
    if (alert.kind === "timed-out") {
      this.#ending.timedOut(alert.running);
    } else if (this.#holdUp.isNews(alert)) {
      this.#takeBack(alert);
    }
  }

  /** Takes back what the process never began. */
  #takeBack(position: ProgressPosition): void {
    // What waited for room in the pipe goes where others go now, behind what was in it.
    const behind = this.isHeldUp ? [] : this.#orders.takeWaiting();
    this.#holdUp.begin(position);
    this.#orders.giveBackAfter(position);
    for (const { events } of behind) events.returned();
  }

  /** The statement is over; the process drops what it was sent until it reads `resume`. */
  #resume(position: ProgressPosition): void {
    this.#takeBack(position);
    this.#holdUp.end(position.section);
    this.#commands.write(position.section, { ...noDatabase, operation: operation.resume });
    for (const pending of this.#orders.takeWaiting()) this.#give(pending);
  }

  #end(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    clearTimeout(this.#delayed);
    this.#holdUp.clear();
    this.#commands.pipe = undefined;
    this.#largeReplies.close();
    const lost = this.#orders.takeSent();
    const returned = this.#orders.takeWaiting();
    const clients = this.occupants.clear();
    this.#events.gone(this.#ending.suspectsAmong(lost));
    for (const [id, { events }] of lost) events.lost(this.#ending.lossOf(id));
    for (const { events } of returned) events.returned();
    for (const ended of clients) ended();
  }
}
