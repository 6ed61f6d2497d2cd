import { once } from "node:events";
import { WebSocket } from "ws";
import type { TestDatabase } from "./server.ts";

/** A client that speaks Hrana over WebSocket in JSON, message by message. */
export class TestSocket {
  readonly socket: WebSocket;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read what the assertions then check
  readonly #received: any[] = [];
  #wake: (() => void) | undefined;
  readonly closed: Promise<{ code: number; reason: string }>;
  #lastId = 0;

  constructor(url: string, subprotocols: string[]) {
    this.socket = new WebSocket(url.replace(/^http/, "ws"), subprotocols);
    this.socket.on("message", (data: Buffer, isBinary) => {
      this.#received.push(isBinary ? data : JSON.parse(data.toString()));
      this.#wake?.();
    });
    this.closed = new Promise((resolve) => {
      this.socket.once("close", (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#wake?.();
      });
    });
    this.socket.on("error", () => {});
  }

  /** Connects without a word. */
  static async connect(url: string, subprotocols = ["hrana3"]): Promise<TestSocket> {
    const client = new TestSocket(url, subprotocols);
    await once(client.socket, "open");
    return client;
  }

  /** Connects and says hello. */
  static async open(
    { url, token }: Pick<TestDatabase, "url" | "token">,
    subprotocols = ["hrana3"],
  ): Promise<TestSocket> {
    const client = await TestSocket.connect(url, subprotocols);
    client.send({ type: "hello", jwt: token });
    const answer = await client.receive();
    if (answer.type !== "hello_ok") throw new Error(JSON.stringify(answer));
    return client;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** The next message that has come, or comes. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read what the assertions then check
  async receive(): Promise<any> {
    while (this.#received.length === 0) {
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error("The connection is closed");
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#received.shift();
  }

  /** Sends a request without waiting for its answer. */
  post(request: unknown): number {
    this.#lastId += 1;
    this.send({ type: "request", request_id: this.#lastId, request });
    return this.#lastId;
  }

  /** Sends a request; its response, or its error. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read what the assertions then check
  async ask(request: unknown): Promise<any> {
    const id = this.post(request);
    const answer = await this.receive();
    if (answer.request_id !== id) throw new Error(`Not the answer: ${JSON.stringify(answer)}`);
    return answer.response ?? answer.error;
  }

  /** Opens a stream. */
  async openStream(id: number): Promise<void> {
    const answer = await this.ask({ type: "open_stream", stream_id: id });
    if (answer.type !== "open_stream") throw new Error(JSON.stringify(answer));
  }

  /** Runs a statement; its result, or its error. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read what the assertions then check
  async execute(streamId: number, sql: string): Promise<any> {
    const answer = await this.ask({ type: "execute", stream_id: streamId, stmt: { sql } });
    return answer.result ?? answer;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}
