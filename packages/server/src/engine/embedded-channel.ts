// The global one may be a fake in the process of somebody's tests.
import { setImmediate } from "node:timers";
import type { ChannelOpening, ChannelSink, EngineChannel, Permission } from "./engine.ts";
import type { EngineProcess } from "./engine-process.ts";
import { endedBefore, engineRestarted, failureOf } from "./failures.ts";
import type { OrderEvents } from "./orders.ts";
import type { ProcessPool } from "./process-pool.ts";
import { answerStatus, channelOf, encodeChannelMessage } from "./wire/channel-messages.ts";
import { bodyOf, commandFlag, operation, type Operation } from "./wire/frames.ts";
import { closeCode } from "./wire/subprotocols.ts";

const nothing = Buffer.alloc(0);
const nobodyAsks = () => {};

/** A connected client and the engine process that its streams live in. */
export class EmbeddedChannel implements EngineChannel {
  readonly #pool: ProcessPool;
  readonly #number: number;
  readonly #request: ChannelOpening;
  readonly #sink: ChannelSink;
  #process: EngineProcess;
  #isOver = false;
  /** Its process has ended. */
  readonly #ended = () => {
    // After those of its messages that were lost too have been told.
    setImmediate(() => this.#close(closeCode.restarted, engineRestarted.message));
  };

  constructor(pool: ProcessPool, number: number, request: ChannelOpening, sink: ChannelSink) {
    this.#pool = pool;
    this.#number = number;
    this.#request = request;
    this.#sink = sink;
    this.#process = this.#open();
  }

  send(message: Buffer, permission: Permission): void {
    if (this.#isOver) return;
    const { databaseId } = this.#request;
    const granted = this.#pool.refusalOf(databaseId) ?? permission;
    const isRefused = "code" in granted;
    const refusal = isRefused
      ? JSON.stringify({ code: granted.code, message: granted.message })
      : "";
    const readOnly = !isRefused && granted.access === "read-only" ? commandFlag.readOnly : 0;
    const body = encodeChannelMessage({ channel: this.#number, refusal, body: message });
    const endings = this.#pool.endingsOf(databaseId);
    this.#order(operation.message, readOnly, body, {
      reply: (reply) => {
        if (this.#isOver) return;
        const answer = bodyOf(reply);
        switch (reply.status) {
          case answerStatus.short:
            return this.#sink.answer(answer, message, nobodyAsks);
          case answerStatus.long:
            return this.#sink.answer(answer, message, this.#taken);
          default:
            return this.#close(closeCodeOf(reply.status), answer.toString());
        }
      },
      lost: (loss) => {
        const limit = this.#pool.statementTimeout;
        if (!this.#isOver) this.#sink.lost(message, failureOf(loss, limit));
      },
      returned: () => {
        const isOver = this.#pool.endingsOf(databaseId) !== endings;
        this.send(message, isOver ? endedBefore : permission);
      },
    });
  }

  /** The client has taken a long answer. */
  readonly #taken = (): void => {
    if (!this.#isOver && !this.#process.isGone) this.#process.notify("answerTaken", this.#number);
  };

  hangUp(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#hangUp();
  }

  #hangUp(): void {
    this.#process.occupants.detach(this.#ended);
    this.#process.giveBack(
      (order) => order.operation === operation.message && channelOf(order.body) === this.#number,
    );
    const body = encodeChannelMessage({ channel: this.#number, refusal: "", body: nothing });
    this.#order(operation.hangUp, 0, body, {
      reply: () => {},
      lost: () => {},
      returned: () => {
        if (!this.#process.isGone) this.#hangUp();
      },
    });
  }

  /** Opens the channel in the process that has the database now; it stays there. */
  #open(): EngineProcess {
    const { databaseId, subprotocol } = this.#request;
    const { process, flags } = this.#pool.choose(databaseId);
    const body = encodeChannelMessage({
      channel: this.#number,
      refusal: "",
      body: Buffer.from(subprotocol),
    });
    process.send(
      { operation: operation.openChannel, flags, databaseId, body },
      {
        reply: () => {
          if (!this.#isOver) process.occupants.attach(this.#ended);
        },
        lost: this.#ended,
        returned: () => {
          if (!this.#isOver) this.#process = this.#open();
        },
      },
    );
    return process;
  }

  #order(kind: Operation, flags: number, body: Buffer, events: OrderEvents): void {
    const { databaseId } = this.#request;
    const shared = this.#pool.visit(databaseId, this.#process);
    this.#process.send({ operation: kind, flags: flags | shared, databaseId, body }, events);
  }

  #close(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (!this.#process.isGone) this.#hangUp();
    this.#sink.close(code, reason);
  }
}

/** The engine answers with the code that the client is to be told, or with the status of a failure. */
function closeCodeOf(status: number): number {
  return status >= 1_000 ? status : closeCode.failed;
}
