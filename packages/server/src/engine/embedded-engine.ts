import { rm } from "node:fs/promises";
import { databasePath } from "./wire/database-path.ts";
import type { EmbeddedEngineOptions } from "./embedded-engine-options.ts";
import { type Engine, EngineError, type HranaRequest, type ReplySink } from "./engine.ts";
import type { EngineProcess, Loss, Order, OrderEvents } from "./engine-process.ts";
import { engineRestarted, statementTimedOut, streamExpired } from "./failures.ts";
import { commandFlag, operation, type Operation, type Reply, replyKind } from "./wire/frames.ts";
import { ProcessPool } from "./process-pool.ts";

const nothing = Buffer.alloc(0);
const fileSuffixes = ["", "-wal", "-shm", "-journal"];

/** Runs databases as plain libSQL files, in processes of its own. */
export class EmbeddedEngine implements Engine {
  readonly #options: EmbeddedEngineOptions;
  readonly #pool: ProcessPool;

  constructor(options: EmbeddedEngineOptions) {
    this.#options = options;
    this.#pool = new ProcessPool(options);
  }

  /** Resolves when the engine serves. */
  async started(): Promise<void> {
    await this.#pool.started();
  }

  async create(databaseId: string): Promise<void> {
    await this.#run(order(operation.create, databaseId));
  }

  async ping(databaseId: string): Promise<void> {
    await this.#run(order(operation.ping, databaseId));
  }

  async closeStreams(databaseId: string): Promise<void> {
    await this.#tellAll(order(operation.closeStreams, databaseId));
  }

  async destroy(databaseId: string): Promise<void> {
    for (const process of this.#pool.processes) {
      // Nobody will want the answer of a statement that runs on it.
      if (process.heldUpBy === databaseId) process.kill();
    }
    await this.#tellAll(order(operation.close, databaseId));
    const path = databasePath(this.#options.directory, databaseId);
    await Promise.all(fileSuffixes.map((suffix) => rm(path + suffix, { force: true })));
  }

  request(request: HranaRequest, sink: ReplySink): () => void {
    const running = new RunningRequest(this.#pool, request, sink);
    return () => running.cancel();
  }

  async stop(): Promise<void> {
    await this.#pool.stop();
  }

  /** Runs an order that may run more than once, on whichever process is there. */
  async #run(work: Order): Promise<void> {
    const reply = await new Promise<Reply>((resolve, reject) => {
      const attempt = () => {
        const { process, isStale } = this.#pool.choose(work.databaseId);
        const events = settle(resolve, reject, attempt);
        process.send({ ...work, flags: isStale ? commandFlag.stale : 0 }, events);
      };
      attempt();
    });
    throwFailure(reply);
  }

  /** Tells every process; one that is held up hears of it later and is not waited for. */
  async #tellAll(work: Order): Promise<void> {
    const told = this.#pool.processes.map(
      (process) =>
        new Promise<void>((resolve) => {
          const events: OrderEvents = {
            reply: () => resolve(),
            lost: () => resolve(),
            returned: () => {
              resolve();
              if (!process.isGone) process.send(work, events);
            },
          };
          process.send(work, events);
          if (process.isHeldUp) resolve();
        }),
    );
    await Promise.all(told);
  }
}

function order(kind: Operation, databaseId: string): Order {
  return { operation: kind, flags: 0, databaseId, body: nothing };
}

function settle(
  resolve: (reply: Reply) => void,
  reject: (error: Error) => void,
  again: () => void,
): OrderEvents {
  return {
    reply: resolve,
    lost: () => reject(new EngineError(engineRestarted)),
    returned: again,
  };
}

function throwFailure(reply: Reply): void {
  if (reply.status === 200) return;
  const { code, message }: { code: string; message: string } = JSON.parse(reply.body.toString());
  throw new EngineError({ status: reply.status, code, message });
}

/** One Hrana request on its way through the pool. */
class RunningRequest {
  readonly #pool: ProcessPool;
  readonly #order: Order;
  readonly #sink: ReplySink;
  #process: EngineProcess | undefined;
  #id: () => number | undefined = () => undefined;
  #isOver = false;

  constructor(pool: ProcessPool, request: HranaRequest, sink: ReplySink) {
    this.#pool = pool;
    this.#sink = sink;
    this.#order = {
      operation: operationOf(request),
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
    if (process === undefined) this.#fail(streamExpired);
    else this.#send(process, this.#order.flags);
  }

  #lost(loss: Loss): void {
    this.#fail(
      loss === "statement-timeout"
        ? statementTimedOut(this.#pool.statementTimeout)
        : engineRestarted,
    );
  }

  #fail(failure: typeof engineRestarted): void {
    this.#isOver = true;
    this.#sink.fail(failure);
  }
}

function operationOf({ kind, version }: HranaRequest): Operation {
  if (kind === "cursor") return operation.cursor3;
  return version === 2 ? operation.pipeline2 : operation.pipeline3;
}
