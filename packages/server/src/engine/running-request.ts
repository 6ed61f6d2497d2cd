import type { DatabaseRequest, Failure, ReplySink } from "./engine.ts";
import type { EngineProcess } from "./engine-process.ts";
import { endedBefore, failureOf, serverStopped, streamExpired } from "./failures.ts";
import type { GivenOrder, Loss, Order, OrderEvents } from "./orders.ts";
import type { ProcessPool } from "./process-pool.ts";
import { bodyOf, commandFlag, operation, type Reply, replyKind } from "./wire/frames.ts";

/** One request on its way through the pool. */
export class RunningRequest implements OrderEvents {
  readonly #pool: ProcessPool;
  readonly #order: Order;
  readonly #sink: ReplySink;
  readonly #endings: number;
  #process: EngineProcess | undefined;
  #given: GivenOrder | undefined;
  #isOver = false;
  #isCancelled = false;

  constructor(pool: ProcessPool, request: DatabaseRequest, sink: ReplySink) {
    this.#pool = pool;
    this.#sink = sink;
    this.#order = {
      operation: operation[request.endpoint],
      flags: request.access === "read-only" ? commandFlag.readOnly : 0,
      databaseId: request.databaseId,
      body: request.body,
    };
    this.#endings = pool.endingsOf(request.databaseId);
    this.#dispatch();
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isCancelled = true;
    const given = this.#given;
    if (given === undefined) return;
    if (this.#process?.withdraw(given) === true) return this.#drop();
    if (given.id !== undefined) {
      this.#process?.notifyOf("cancel", this.#order.databaseId, given.id);
    }
  }

  reply(reply: Reply): void {
    switch (reply.kind) {
      case replyKind.elsewhere:
        return this.#redirect(Number(bodyOf(reply).toString()));
      case replyKind.shared:
        return this.#share();
      case replyKind.start:
        this.#sink.start(reply.status);
        return this.#pass(reply);
      case replyKind.part:
        return this.#pass(reply);
      case replyKind.whole:
        this.#isOver = true;
        return this.#sink.whole(reply.status, reply.pieces);
      case replyKind.end:
        this.#isOver = true;
        return this.#sink.end();
      case replyKind.broken:
        return this.#fail({ status: reply.status, ...JSON.parse(bodyOf(reply).toString()) });
    }
  }

  lost(loss: Loss): void {
    this.#fail(failureOf(loss, this.#pool.statementTimeout));
  }

  returned(): void {
    if (this.#pool.isStopping && !this.#isCancelled) this.#fail(serverStopped);
    else this.#dispatch();
  }

  #dispatch(): void {
    // No process is to be started for it.
    if (this.#isCancelled) return this.#drop();
    const { databaseId } = this.#order;
    const refusal = this.#pool.refusalOf(databaseId);
    if (refusal !== undefined) return this.#fail(refusal);
    const { process, flags } = this.#pool.choose(databaseId);
    this.#send(process, flags);
  }

  #send(process: EngineProcess, flags: number): void {
    if (this.#isCancelled) return this.#drop();
    const order = this.#order;
    if (this.#pool.endingsOf(order.databaseId) !== this.#endings) return this.#fail(endedBefore);
    this.#process = process;
    this.#given = process.send(
      flags === 0 ? order : { ...order, flags: order.flags | flags },
      this,
    );
  }

  /** Another process runs it, or else the one that would rather not. */
  #share(): void {
    const giver = this.#process;
    if (giver === undefined) return;
    const helper = this.#pool.helperOf(giver);
    if (helper === undefined) this.#send(giver, commandFlag.kept);
    else this.#send(helper, commandFlag.shared | commandFlag.kept);
  }

  #pass({ pieces }: Reply): void {
    this.#sink.part(pieces, () => {
      const id = this.#given?.id;
      if (!this.#isOver && id !== undefined) this.#process?.notify("more", id);
    });
  }

  #redirect(incarnation: number): void {
    const process = this.#pool.processes.find((each) => each.incarnation === incarnation);
    if (process === undefined) return this.#fail(streamExpired);
    this.#send(process, this.#pool.visit(this.#order.databaseId, process));
  }

  #drop(): void {
    this.#isOver = true;
    this.#sink.dropped();
  }

  #fail(failure: Failure): void {
    this.#isOver = true;
    this.#sink.fail(failure);
  }
}
