import { EngineError } from "../../src/engine/engine.ts";
import type { Engine, EngineChannel } from "../../src/engine/engine.ts";

/** An engine without SQL: it remembers whose storage exists and what it was asked to do. */
export class FakeEngine implements Engine {
  readonly storage = new Set<string>();
  readonly calls: string[] = [];
  /** While true, nothing works, as when the engine process is starting again. */
  down = false;
  /** Runs before each call takes effect. */
  before: (call: string) => Promise<void> = async () => {};

  async create(databaseId: string): Promise<void> {
    await this.#note(`create ${databaseId}`);
    this.storage.add(databaseId);
  }

  async destroy(databaseId: string): Promise<void> {
    await this.#note(`destroy ${databaseId}`);
    this.storage.delete(databaseId);
  }

  async endSessions(databaseId: string): Promise<void> {
    await this.#note(`endSessions ${databaseId}`);
  }

  async ping(databaseId: string): Promise<void> {
    await this.#note(`ping ${databaseId}`);
  }

  request(): () => void {
    throw new Error("The Platform API never runs SQL");
  }

  openChannel(): EngineChannel {
    throw new Error("The Platform API never runs SQL");
  }

  async stop(): Promise<void> {}

  async #note(call: string): Promise<void> {
    await this.before(call);
    if (this.down)
      throw new EngineError({ status: 503, code: "RESTARTING", message: "restarting" });
    this.calls.push(call);
  }
}
