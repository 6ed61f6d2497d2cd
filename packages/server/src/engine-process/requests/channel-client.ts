import type { Command } from "../../engine/wire/frames.ts";
import { answerStatus } from "../../engine/wire/channel-messages.ts";
import { closeCode, closeCodeForUnread } from "../../engine/wire/subprotocols.ts";
import { Channel } from "../../hrana/channel.ts";
import type { Encoding, ErrorText, Piece } from "../../hrana/encoding.ts";
import { ProtocolError, TooManyError } from "../../hrana/errors.ts";
import type { ChannelRequest, ClientMessage, Version } from "../../hrana/requests.ts";
import type { Steps } from "../../hrana/session.ts";
import { accessOf, type Runtime } from "../runtime.ts";
import type { DatabaseSession } from "../statements/session.ts";
import { UnreadAnswers } from "./unread-answers.ts";

/** An answer of more characters, or bytes, counts as unread until its client has taken it. */
const longAnswer = 64 * 1024;

/** One client that is connected over WebSocket: reads its messages, and answers them. */
export class ChannelClient<T extends Piece> {
  readonly databaseId: string;
  readonly #version: Version;
  readonly #encoding: Encoding<T>;
  readonly #runtime: Runtime;
  readonly #channel: Channel<T, DatabaseSession>;
  /** The requests that are at work, or wait for their turn, and what brought them. */
  readonly #running = new Map<Steps<void>, Command>();
  readonly #unreadAnswers = new UnreadAnswers();
  #isGone = false;

  constructor(command: Command, version: Version, encoding: Encoding<T>, runtime: Runtime) {
    this.databaseId = command.databaseId;
    this.#version = version;
    this.#encoding = encoding;
    this.#runtime = runtime;
    // Each request brings the rights of its own moment.
    const opening = { ...command, flags: 0 };
    this.#channel = new Channel({
      encoding,
      openSession: () => runtime.session(opening, { isLasting: true }),
      limits: runtime.settings.limits,
      unreadRows: runtime.unreadRows,
      textRoom: runtime.textRooms.of(command.databaseId),
    });
  }

  /**
   * @param refusal why a request in this message is refused
   */
  receive(command: Command, bytes: Buffer, refusal: ErrorText | undefined): void {
    const message = this.#runtime.tasks.read(command.id, bytes.length, () =>
      this.#read(command, bytes),
    );
    if (message === undefined) return;
    if (message.type === "hello") {
      // The gateway keeps those that it recognizes to itself.
      return this.#end(command, closeCode.policyViolated, "This hello message cannot be read");
    }
    const { id } = message;
    let request: ChannelRequest;
    try {
      request = this.#runtime.tasks.read(command.id, bytes.length, () => message.request());
    } catch (error) {
      const reason = refusal ?? this.#runtime.describe(error);
      return this.#answer(command, this.#encoding.responseError(id, reason));
    }
    if (refusal !== undefined) {
      this.#channel.refuse(request, new TooManyError(refusal.code, refusal.message));
      return this.#answer(command, this.#encoding.responseError(id, refusal));
    }
    this.#run(command, id, request);
  }

  /** The client has taken a long answer. */
  taken(): void {
    this.#unreadAnswers.taken();
  }

  closeStreams(): void {
    this.#channel.closeStreams();
  }

  /** The client is gone: what it left running is stopped, and undone where it can be. */
  hangUp(): void {
    this.#isGone = true;
    for (const [steps, command] of this.#running) {
      try {
        steps.return();
      } catch (error) {
        // The others are to be ended all the same.
        this.#runtime.log(error);
      }
      // The gateway keeps what it sent until it is answered.
      this.#runtime.replies.whole(command.id, 200, "");
    }
    this.#channel.close();
  }

  /** The message in `bytes`; undefined where there is none, which its client is told. */
  #read(command: Command, bytes: Buffer): ClientMessage | undefined {
    try {
      return this.#encoding.readMessage(bytes, this.#version);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#end(command, closeCodeForUnread(error.code), error.message);
      return undefined;
    }
  }

  #run(command: Command, requestId: number, request: ChannelRequest): void {
    const access = accessOf(command);
    const steps = this.#respond(command, requestId, request, (session) => {
      session.access = access;
    });
    this.#running.set(steps, command);
    this.#runtime.tasks.run(command.id, steps, {
      done: () => this.#running.delete(steps),
      failed: (error) => {
        this.#running.delete(steps);
        this.#answer(
          command,
          this.#encoding.responseError(requestId, this.#runtime.describe(error)),
        );
      },
    });
  }

  *#respond(
    command: Command,
    requestId: number,
    request: ChannelRequest,
    begin: (session: DatabaseSession) => void,
  ): Steps<void> {
    yield* this.#unreadAnswers.turn();
    const answer = yield* this.#channel.answer(request, begin);
    const message = this.#encoding.responseOk(requestId, answer);
    const isLong = message.length > longAnswer;
    if (isLong) this.#unreadAnswers.sent(message.length);
    this.#answer(command, message, isLong ? answerStatus.long : answerStatus.short);
  }

  #answer(command: Command, message: T, status: number = answerStatus.short): void {
    if (!this.#isGone) this.#runtime.replies.whole(command.id, status, message);
  }

  /** Tells the gateway to close the connection. */
  #end(command: Command, code: number, reason: string): void {
    this.#runtime.replies.whole(command.id, code, reason);
  }
}
