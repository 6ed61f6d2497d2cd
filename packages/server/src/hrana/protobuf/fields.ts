import { messageOf } from "../../tools/message-of.ts";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { ProtocolError } from "../errors.ts";

/** No request needs more; of some, each would take a hundred times its bytes of memory. */
const mostFields = 4_000_000;
let fieldsLeft = mostFields;

/**
 * Calls `visit` for each field of a message, in the order of its bytes. Fields that it does not
 * read are skipped, as the protocol wants it of those that are unknown (Hrana 3, “Encoding”).
 *
 * @throws Error where the bytes are no message
 */
export function eachField(bytes: Uint8Array, visit: (field: Field) => void): void {
  const reader = new BinaryReader(bytes);
  const field = new Field(reader);
  while (reader.pos < reader.len) {
    field.next();
    visit(field);
    field.skipUnlessRead();
  }
}

/**
 * Reads a message of which no field is known.
 *
 * @throws Error where the bytes are no message
 */
export function readEmpty(bytes: Uint8Array): void {
  if (bytes.length > 0) eachField(bytes, () => {});
}

/** The field that a reader stands on. */
export class Field {
  number = 0;
  readonly #reader: BinaryReader;
  #wireType: WireType = WireType.Varint;
  #isRead = true;

  constructor(reader: BinaryReader) {
    this.#reader = reader;
  }

  next(): void {
    if (fieldsLeft-- <= 0) {
      throw new ProtocolError(
        "INVALID_REQUEST",
        `The request has more than ${mostFields} fields; send several`,
      );
    }
    [this.number, this.#wireType] = this.#reader.tag();
    this.#isRead = false;
  }

  skipUnlessRead(): void {
    if (this.#isRead) return;
    // The library skips numbers without end.
    if (this.#wireType === WireType.Varint) this.#reader.bool();
    else this.#reader.skip(this.#wireType, this.number);
  }

  int32(): number {
    return this.#as(WireType.Varint).int32();
  }

  uint32(): number {
    return this.#as(WireType.Varint).uint32();
  }

  bool(): boolean {
    return this.#as(WireType.Varint).bool();
  }

  sint64(): bigint {
    return BigInt(this.#as(WireType.Varint).sint64());
  }

  double(): number {
    return this.#as(WireType.Bit64).double();
  }

  /** Text that is not UTF-8 is refused, as the Protobuf specification has it. */
  string(): string {
    return this.#as(WireType.LengthDelimited).string(true);
  }

  bytes(): Uint8Array {
    return this.#as(WireType.LengthDelimited).bytes();
  }

  #as(wireType: WireType): BinaryReader {
    if (this.#wireType !== wireType) {
      throw new Error(`field ${this.number} has wire type ${this.#wireType}, not ${wireType}`);
    }
    this.#isRead = true;
    return this.#reader;
  }
}

/**
 * A message in a field that may come more than once: Protobuf merges its parts, of which the bytes
 * of the whole are made by joining theirs. Of several fields that exclude each other, the last counts.
 */
export class Merged {
  /** The number of the field; 0 where there is none. */
  number = 0;
  #parts: Uint8Array[] = [];

  take(field: Field): void {
    if (field.number !== this.number) this.#parts = [];
    this.number = field.number;
    this.#parts.push(field.bytes());
  }

  /** Undefined where the field did not come. */
  get bytes(): Uint8Array | undefined {
    return this.#parts.length > 1 ? Buffer.concat(this.#parts) : this.#parts[0];
  }
}

/** Reads a message; whatever is wrong with its bytes is an error of the protocol. */
export function decode<R>(read: () => R): R {
  fieldsLeft = mostFields;
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    const reason = messageOf(error);
    throw new ProtocolError(
      "INVALID_PROTOBUF",
      `The body is not the Protobuf message it should be: ${reason}`,
    );
  }
}
