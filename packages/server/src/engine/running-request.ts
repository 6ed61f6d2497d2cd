import type { DatabaseRequest, EngineFailure, ReplySink } from "./engine.ts";
import type { EngineProcess, Loss, Order } from "./engine-process.ts";
import { engineRestarted, statementTimedOut, streamExpired } from "./failures.ts";
import type { ProcessPool } from "./process-pool.ts";
import { commandFlag, operation, type Reply, replyKind } from "./wire/frames.ts";

/** One request on its way through the pool. */
export class RunningRequest {
  readonly #pool: ProcessPool;
  readonly #order: Order;
  readonly #sink: ReplySink;
  #process: EngineProcess | undefined;
  #id: () => number | undefined = () => undefined;
  #isOver = false;

  constructor(pool: ProcessPool, request: DatabaseRequest, sink: ReplySink) {
    this.#pool = pool;
    this.#sink = sink;
    this.#order = {
      operation: operation[request.endpoint],
      flags: request.access === "read-only" ? commandFlag.readOnly : 0,
      databaseId: request.databaseId,
      body: request.body,
    };
    this.#dispatch();
  }

  cancel(): void {
    const id = this.#id();
    if (this.#isOver || id === undefined) return;
    this.#process?.notify("cancel", id);
  }

  #dispatch(): void {
    const { process, isStale } = this.#pool.choose(this.#order.databaseId);
    this.#send(process, isStale ? this.#order.flags | commandFlag.stale : this.#order.flags);
  }

  #send(process: EngineProcess, flags: number): void {
    this.#process = process;
    this.#id = process.send(
      { ...this.#order, flags },
      {
        reply: (reply) => this.#reply(reply),
        lost: (loss) => this.#lost(loss),
        returned: () => this.#dispatch(),
      },
    );
  }

  #reply(reply: Reply): void {
    switch (reply.kind) {
      case replyKind.elsewhere:
        return this.#redirect(Number(reply.body.toString()));
      case replyKind.start:
        this.#sink.start(reply.status);
        return this.#pass(reply.body);
      case replyKind.part:
        return this.#pass(reply.body);
      case replyKind.whole:
        this.#isOver = true;
        return this.#sink.whole(reply.status, reply.body);
      case replyKind.end:
        this.#isOver = true;
        return this.#sink.end();
      case replyKind.broken:
        return this.#fail({ status: reply.status, ...JSON.parse(reply.body.toString()) });
    }
  }

  #pass(part: Buffer): void {
    this.#sink.part(part, () => {
      const id = this.#id();
      if (!this.#isOver && id !== undefined) this.#process?.notify("more", id);
    });
  }

  #redirect(incarnation: number): void {
    const process = this.#pool.processes.find((each) => each.incarnation === incarnation);
    if (process === undefined) return this.#fail(streamExpired);
    const isStale = this.#pool.visit(this.#order.databaseId, process);
    this.#send(process, isStale ? this.#order.flags | commandFlag.stale : this.#order.flags);
  }

  #lost(loss: Loss): void {
    this.#fail(
      loss === "statement-timeout"
        ? statementTimedOut(this.#pool.statementTimeout)
        : engineRestarted,
    );
  }

  #fail(failure: EngineFailure): void {
    this.#isOver = true;
    this.#sink.fail(failure);
  }
}
