import { rm } from "node:fs/promises";
import { databasePath, fileSuffixes, sparesPath } from "./wire/database-path.ts";
import type { EmbeddedEngineOptions } from "./embedded-engine-options.ts";
import {
  type ChannelOpening,
  type ChannelSink,
  type DatabaseRequest,
  type Engine,
  type EngineChannel,
  EngineError,
  type ReplySink,
} from "./engine.ts";
import type { EngineProcess } from "./engine-process.ts";
import { EmbeddedChannel } from "./embedded-channel.ts";
import { engineFailed, engineRestarted, noRoom, serverStopped } from "./failures.ts";
import type { NewFiles } from "./files/new-files.ts";
import { isDiskFull } from "../tools/is-disk-full.ts";
import type { Order, OrderEvents } from "./orders.ts";
import { reportFailure } from "./report.ts";
import { bodyOf, operation, type Operation, type Reply } from "./wire/frames.ts";
import { ProcessPool } from "./process-pool.ts";
import { RunningRequest } from "./running-request.ts";

const nothing = Buffer.alloc(0);
/** How long, in milliseconds, a database that is destroyed waits for a statement that runs on it. */
const longStatement = 1_000;

/** Runs databases as plain libSQL files, in processes of its own. */
export class EmbeddedEngine implements Engine {
  readonly #options: EmbeddedEngineOptions;
  readonly #pool: ProcessPool;
  #newFiles: Promise<NewFiles> | undefined;
  #lastChannel = 0;

  constructor(options: EmbeddedEngineOptions) {
    this.#options = options;
    this.#pool = new ProcessPool(options);
  }

  /**
   * Resolves when the engine serves.
   *
   * @throws EngineCannotStart
   */
  async started(): Promise<void> {
    // Those of a server that was killed; of this one, nothing can be there yet.
    await rm(sparesPath(this.#options.directory), { recursive: true, force: true }).catch(() => {});
    await this.#pool.started();
  }

  /** The processes there are: those that serve, that start, and that finish what they have. */
  get processes(): readonly EngineProcess[] {
    return this.#pool.processes;
  }

  async create(databaseId: string): Promise<void> {
    if (this.#pool.isStopping) throw new EngineError(serverStopped);
    this.#pool.expect(databaseId);
    try {
      const newFiles = await (this.#newFiles ??= loadNewFiles(this.#options));
      await newFiles.create(databasePath(this.#options.directory, databaseId));
    } catch (error) {
      if (isDiskFull(error)) throw new EngineError(noRoom);
      reportFailure(this.#options, error);
      throw new EngineError(engineFailed);
    }
  }

  async ping(databaseId: string): Promise<void> {
    await this.#run(order(operation.ping, databaseId));
  }

  async endSessions(databaseId: string): Promise<void> {
    await this.#endAndTell(order(operation.sync, databaseId));
  }

  async destroy(databaseId: string): Promise<void> {
    // Nobody will want the answer of a statement that runs on it, but it may be over soon.
    setTimeout(() => {
      for (const process of this.#pool.processes) {
        if (isHeldUpOnlyBy(process, databaseId)) process.kill();
      }
    }, longStatement).unref();
    await this.#endAndTell(order(operation.close, databaseId));
    // Before it heard of that, one process may have given another a read.
    await this.#endAndTell(order(operation.close, databaseId));
    const path = databasePath(this.#options.directory, databaseId);
    await Promise.all(
      [...fileSuffixes, "-journal"].map((suffix) => rm(path + suffix, { force: true })),
    );
  }

  request(request: DatabaseRequest, sink: ReplySink): () => void {
    const running = new RunningRequest(this.#pool, request, sink);
    return () => running.cancel();
  }

  openChannel(request: ChannelOpening, sink: ChannelSink): EngineChannel {
    this.#lastChannel = this.#lastChannel === 0xffffffff ? 1 : this.#lastChannel + 1;
    return new EmbeddedChannel(this.#pool, this.#lastChannel, request, sink);
  }

  async stop(): Promise<void> {
    await this.#pool.stop();
    const newFiles = await this.#newFiles?.catch(() => undefined);
    // They may be somebody else's by now; the next start tries again.
    await newFiles?.stop().catch(() => {});
  }

  /** Runs an order that may run more than once, on whichever process is there. */
  async #run(work: Order): Promise<void> {
    const reply = await new Promise<Reply>((resolve, reject) => {
      const lost = () =>
        reject(new EngineError(this.#pool.isStopping ? serverStopped : engineRestarted));
      const attempt = () => {
        if (this.#pool.isStopping) return lost();
        const refusal = this.#pool.refusalOf(work.databaseId);
        if (refusal !== undefined) return reject(new EngineError(refusal));
        const { process, flags } = this.#pool.choose(work.databaseId);
        process.send({ ...work, flags }, { reply: resolve, lost, returned: attempt });
      };
      attempt();
    });
    throwFailure(reply);
  }

  /**
   * Ends what every process has begun on a database, and then gives it an order. One that is held up
   * gets that later and is not waited for.
   */
  async #endAndTell(work: Order): Promise<void> {
    this.#pool.end(work.databaseId);
    // Where the server has been stopped, those that were are still there by name.
    const running = this.#pool.processes.filter((process) => !process.isGone);
    const told = running.map(
      (process) =>
        new Promise<void>((resolve) => {
          process.notifyOf("endSessions", work.databaseId);
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

/** With it comes the binding, which is not to keep the engine's processes from starting. */
async function loadNewFiles(options: EmbeddedEngineOptions): Promise<NewFiles> {
  const loaded = await import("./files/new-files.ts");
  return new loaded.NewFiles(options);
}

/** Ending it for the sake of one database must not undo what it does for others. */
function isHeldUpOnlyBy(process: EngineProcess, databaseId: string): boolean {
  return process.heldUpBy === databaseId && process.databases.size === 1;
}

function order(kind: Operation, databaseId: string): Order {
  return { operation: kind, flags: 0, databaseId, body: nothing };
}

function throwFailure(reply: Reply): void {
  if (reply.status === 200) return;
  const { code, message }: { code: string; message: string } = JSON.parse(bodyOf(reply).toString());
  throw new EngineError({ status: reply.status, code, message });
}
