import type { Logger } from "pino";
import type { WebSocket } from "ws";
import type { Engine, EngineChannel, Failure } from "../engine/engine.ts";
import { closeCode, type Subprotocol } from "../engine/wire/subprotocols.ts";
import type { Piece } from "../hrana/encoding.ts";
import { LongText } from "../hrana/long-text.ts";
import type { Admission, Admissions } from "./admissions.ts";
import { ClientMessages } from "./client-messages.ts";
import { answersTooLarge, databaseNotFound } from "./failures.ts";
import { InFlight } from "./in-flight.ts";
import type { Load } from "./load.ts";
import type { ReaderPatience } from "./reader-patience.ts";
import type { Traffic } from "./traffic.ts";

/** What a ping or pong of a client has besides its data, in bytes (RFC 6455, 5.2). */
const controlLength = 6;

/** Whose connection {@link DatabaseSocket} is, and what it serves it with. */
export interface DatabaseSocketOptions {
  readonly label: string;
  readonly subprotocol: Subprotocol;
  readonly engine: Engine;
  readonly admissions: Admissions;
  readonly logger: Pick<Logger, "error">;
  readonly load: Load;
  readonly traffic: Traffic;
  readonly reader: ReaderPatience;
}

/**
 * A client that is connected over WebSocket. Its hello is answered here; all other messages pass
 * to the engine as they are, each with what the client's token allows at that moment.
 */
export class DatabaseSocket {
  readonly #client: WebSocket;
  readonly #options: DatabaseSocketOptions;
  readonly #messages: ClientMessages;
  #token: string | undefined;
  /** Once it has said hello: the database, what is under way there, and where that goes. */
  #databaseId: string | undefined;
  #inFlight: InFlight | undefined;
  #channel: EngineChannel | undefined;
  /** Messages that came while an earlier one was being looked into. */
  readonly #incoming: Buffer[] = [];
  #isLooking = false;
  #isAnswering = true;
  /** Whether a client that has not said hello has until the next time that it is asked. */
  #hasTime = true;
  /** It is closed, or about to be. */
  #isOver = false;

  constructor(client: WebSocket, options: DatabaseSocketOptions) {
    this.#client = client;
    this.#options = options;
    this.#messages = new ClientMessages(options.subprotocol);
    client.on("message", (data: Buffer, isBinary) => this.#receive(data, isBinary));
    client.on("pong", (data: Buffer) => {
      this.#isAnswering = true;
      this.#inFlight?.receive(-controlLength - data.length);
    });
    client.on("ping", (data: Buffer) => {
      this.#inFlight?.receive(-controlLength - data.length);
      client.pong(data, false, this.#taken);
      this.#keepFlowing();
    });
    // It is closed after an error, with the code that says which.
    client.on("error", () => {});
    client.once("close", () => {
      this.#isOver = true;
      this.#incoming.length = 0;
      if (this.#channel !== undefined) options.traffic.channels -= 1;
      this.#channel?.hangUp();
      this.#inFlight?.endAll();
    });
  }

  /** Asks whether the client is there; one that did not answer the last time is not. */
  ping(): void {
    if (this.#channel === undefined) {
      if (!this.#hasTime) this.close(closeCode.policyViolated, "The client did not say hello");
      this.#hasTime = false;
      return;
    }
    // The ping would be behind what it has not read, or its pong behind what is not read of it.
    if (this.#client.isPaused || this.#client.bufferedAmount > 0) {
      this.#isAnswering = true;
      return;
    }
    if (!this.#isAnswering) return this.#client.terminate();
    if (this.#inFlight?.hasStalled() === true) {
      return this.close(closeCode.policyViolated, "Nothing more came of a message");
    }
    this.#isAnswering = false;
    this.#client.ping();
  }

  /** So many bytes have come from the client. */
  take(bytes: number): void {
    const refusal = this.#inFlight?.receive(bytes);
    if (refusal !== undefined) this.#client.terminate();
  }

  /** What the client sends from here on is not looked at. */
  close(code: number, reason: string): void {
    this.#isOver = true;
    this.#incoming.length = 0;
    this.#client.close(code, cut(reason));
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#inFlight?.received();
    if (this.#isOver) return;
    this.#isAnswering = true;
    if (isBinary !== this.#messages.isBinary) {
      const wanted = this.#messages.isBinary ? "binary" : "text";
      return this.close(closeCode.unsupportedFrame, `Messages are ${wanted} in this subprotocol`);
    }
    this.#incoming.push(data);
    this.#keepFlowing();
  }

  /** Looks into the messages that have come, one after another, as long as the client does not ask for more than it takes. */
  #next(): void {
    while (!this.#isLooking && this.#inFlight?.isFull() !== true) {
      const data = this.#incoming.shift();
      if (data === undefined) return;
      const looking = this.#handle(data);
      if (looking === undefined) continue;
      this.#isLooking = true;
      void looking
        .catch((error: unknown) => {
          this.#options.logger.error(error, "A WebSocket message could not be handled");
          this.close(closeCode.failed, "The server failed; its log says why");
        })
        .then(() => {
          this.#isLooking = false;
          this.#keepFlowing();
        });
    }
  }

  #handle(data: Buffer): Promise<void> | undefined {
    const channel = this.#channel;
    const hello = this.#messages.helloIn(data, channel === undefined);
    if (hello !== undefined) return this.#hello(hello.jwt);
    if (channel === undefined) {
      const { code, reason } = this.#messages.problemOfFirst(data);
      this.close(code, reason);
      return undefined;
    }
    const { label, admissions } = this.#options;
    const found = admissions.ofToken(label, this.#token);
    if (found instanceof Promise) return found.then((each) => this.#pass(channel, data, each));
    this.#pass(channel, data, found);
    return undefined;
  }

  #pass(channel: EngineChannel, data: Buffer, found: Admission): void {
    // It left while its token was being checked.
    if (this.#isOver) return;
    this.#options.traffic.messages += 1;
    const refusal = this.#inFlight?.begin(data.length);
    if (refusal !== undefined) return channel.send(data, refusal);
    // The name may lead to another database by now.
    const isOther = !("code" in found) && found.databaseId !== this.#databaseId;
    channel.send(data, isOther ? databaseNotFound(this.#options.label) : found);
  }

  async #hello(token: string | undefined): Promise<void> {
    const { label, subprotocol, admissions } = this.#options;
    if (this.#channel !== undefined && subprotocol === "hrana1") {
      return this.close(closeCode.policyViolated, "A second hello needs protocol version 2");
    }
    const found = await admissions.ofToken(label, token);
    if ("code" in found) {
      this.#send(this.#messages.encoding.helloError(found));
      return this.close(closeCode.policyViolated, found.message);
    }
    if (this.#client.readyState !== this.#client.OPEN) return;
    this.#token = token;
    this.#databaseId ??= found.databaseId;
    this.#inFlight ??= new InFlight(this.#options.load, this.#databaseId);
    this.#channel ??= this.#openChannel(found.databaseId);
    this.#send(this.#messages.encoding.helloOk());
  }

  #openChannel(databaseId: string): EngineChannel {
    const { subprotocol, engine, traffic } = this.#options;
    traffic.channels += 1;
    return engine.openChannel(
      { subprotocol, databaseId },
      {
        answer: (bytes, message, taken) => this.#answer(bytes, message, taken),
        lost: (message, failure) => this.#lost(message, failure),
        close: (code, reason) => this.close(code, reason),
      },
    );
  }

  #answer(answer: Buffer, request: Buffer, taken: () => void): void {
    this.#inFlight?.end();
    if (this.#inFlight?.hasRoomFor(answer.length) === true) return this.#send(answer, taken);
    taken();
    if (!this.#fail(request, answersTooLarge)) {
      this.close(closeCode.tryAgainLater, answersTooLarge.message);
    }
  }

  #lost(request: Buffer, failure: Failure): void {
    this.#options.traffic.failed(failure.code);
    this.#inFlight?.end();
    this.#fail(request, failure);
  }

  /** Answers a request with an error; false where its number is not known. */
  #fail(request: Buffer, failure: Failure): boolean {
    const id = this.#messages.requestIdOf(request);
    if (id === undefined) return false;
    this.#send(this.#messages.encoding.responseError(id, failure));
    return true;
  }

  #send(message: Piece, taken = () => {}): void {
    if (this.#client.readyState !== this.#client.OPEN) return;
    const data = message instanceof LongText ? message.toString() : message;
    this.#client.send(data, { binary: this.#messages.isBinary }, () => {
      taken();
      this.#taken();
    });
    this.#taken();
  }

  /** Something was sent, or the client has taken something. */
  readonly #taken = (): void => {
    this.#options.reader.look();
    this.#keepFlowing();
  };

  /** Goes on with what has come from the client, and reads more, as long as there is room for that. */
  #keepFlowing(): void {
    const { readyState, bufferedAmount } = this.#client;
    // What was kept of a connection that is over has been let go of.
    if (this.#inFlight !== undefined && readyState !== this.#client.CLOSED) {
      this.#inFlight.unread = bufferedAmount;
    }
    this.#next();
    if (this.#inFlight?.isFull(this.#incoming.length) === true) this.#client.pause();
    else if (this.#client.isPaused) this.#client.resume();
  }
}

/** A reason has 123 bytes at most (RFC 6455, 5.5). */
function cut(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= 123) return reason;
  return new TextDecoder().decode(bytes.subarray(0, 120), { stream: true }) + "…";
}
