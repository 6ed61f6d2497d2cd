import {
  closeCode,
  closeCodeForUnread,
  type Subprotocol,
  subprotocols,
} from "../engine/wire/subprotocols.ts";
import type { Encoding, Piece } from "../hrana/encoding.ts";
import { ProtocolError } from "../hrana/errors.ts";
import { json } from "../hrana/json/encoding.ts";
import { protobuf } from "../hrana/protobuf/encoding.ts";
import { isOnlyRequest } from "../hrana/protobuf/messages.ts";
import type { ClientMessage, Version } from "../hrana/requests.ts";

/** No hello is longer, in bytes; what comes before one is not worth reading. */
const maxHelloBytes = 16 * 1024;
/** A message of more bytes is not read again to tell whom it was from. */
const maxReadAgain = 1024 * 1024;
const helloWord = Buffer.from("hello");
/** Behind it, any letter may be written as its number. */
const escape = Buffer.from("\\u");

type Hello = Extract<ClientMessage, { type: "hello" }>;

/** Reads messages of one subprotocol, as few as the gateway has to: the engine reads the others. */
export class ClientMessages {
  readonly isBinary: boolean;
  /** How they are answered. */
  readonly encoding: Encoding<Piece>;
  readonly #version: Version;

  constructor(subprotocol: Subprotocol) {
    const { encoding, version } = subprotocols[subprotocol];
    this.isBinary = encoding === "protobuf";
    this.encoding = this.isBinary ? protobuf : json;
    this.#version = version;
  }

  /**
   * The hello in a message; undefined where it is none.
   *
   * @param isFirst whether the client has not said hello before
   */
  helloIn(data: Buffer, isFirst: boolean): Hello | undefined {
    if (data.length > maxHelloBytes) return undefined;
    if (!isFirst && !this.#mayBeHello(data)) return undefined;
    const message = this.#read(data);
    return message?.type === "hello" ? message : undefined;
  }

  /** What is wrong with a first message that is no hello, and the code that it is refused with. */
  problemOfFirst(data: Buffer): { readonly code: number; readonly reason: string } {
    try {
      const isShort = data.length <= maxHelloBytes;
      if (isShort) this.#parse(data);
      const bound = isShort ? "" : `, of ${maxHelloBytes} bytes at most`;
      const reason = `The first message has to be hello${bound}`;
      return { code: closeCode.policyViolated, reason };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return { code: closeCodeForUnread(error.code), reason: error.message };
    }
  }

  /** The number of a request; undefined where it has none, or takes too long to read. */
  requestIdOf(data: Buffer): number | undefined {
    const message = data.length > maxReadAgain ? undefined : this.#read(data);
    return message?.type === "request" ? message.id : undefined;
  }

  /** Tells nearly all requests without reading them. */
  #mayBeHello(data: Buffer): boolean {
    if (this.isBinary) return !isOnlyRequest(data);
    return data.includes(helloWord) || data.includes(escape);
  }

  /** Undefined where it cannot be read, which the engine tells better. */
  #read(data: Buffer): ClientMessage | undefined {
    try {
      return this.#parse(data);
    } catch (error) {
      if (error instanceof ProtocolError) return undefined;
      throw error;
    }
  }

  #parse(data: Buffer): ClientMessage {
    return this.encoding.readMessage(data, this.#version);
  }
}
