import { execute, pipeline } from "./hrana.ts";
import type { TestDatabase } from "./server.ts";

/** A stream over HTTP that goes on from one pipeline to the next. */
export class TestStream {
  readonly #database: TestDatabase;
  readonly #token: string;
  #baton: string | null = null;

  constructor(database: TestDatabase, token: string = database.token) {
    this.#database = database;
    this.#token = token;
  }

  /** Sends requests, texts being statements; for each what its response holds, or its error. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read what the assertions then check
  async send(...requests: readonly unknown[]): Promise<any[]> {
    const { body } = await pipeline(
      this.#database,
      requests.map((each) => (typeof each === "string" ? execute(each) : each)),
      { baton: this.#baton, token: this.#token },
    );
    this.#baton = body.baton;
    if (body.results === undefined) throw new Error(`no results: ${JSON.stringify(body)}`);
    return body.results.map((each: { response?: { result?: unknown }; error?: unknown }) =>
      each.response === undefined ? each.error : (each.response.result ?? each.response),
    );
  }

  async close(): Promise<void> {
    await this.send({ type: "close" });
  }
}
