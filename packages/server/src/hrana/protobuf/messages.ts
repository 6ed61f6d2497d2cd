import { invalid } from "../errors.ts";
import type { ChannelRequest, ClientMessage } from "../requests.ts";
import { decode, eachField, Merged } from "./fields.ts";
import {
  readBatch,
  readBatchRequest,
  readCloseSql,
  readExecute,
  readSource,
  readStoreSql,
} from "./requests.ts";

const where = "request";
/** What a request begins with, unless it has fields that are none of Hrana's. */
const requestTag = 18;

/**
 * Reads the message `ClientMsg` (Hrana 3, “Protobuf schema”). What is wrong with the request in it
 * is told only when that is asked for, since the answer needs the number of the message.
 */
export function readClientMessage(bytes: Uint8Array): ClientMessage {
  const message = new Merged();
  eachField(bytes, (field) => {
    if (field.number <= 2) message.take(field);
  });
  if (message.bytes === undefined) throw invalid("message", "is neither hello nor request");
  return message.number === 1
    ? { type: "hello", jwt: readHello(message.bytes) }
    : readRequestMessage(message.bytes);
}

/** Tells of nearly all requests, without reading them, that their message is nothing else. */
export function isOnlyRequest(bytes: Uint8Array): boolean {
  if (bytes[0] !== requestTag) return false;
  let length = 0;
  for (let at = 1; at < 5; at += 1) {
    const byte = bytes[at] ?? 0;
    length |= (byte & 0x7f) << (7 * (at - 1));
    if (byte < 0x80) return at + 1 + length === bytes.length;
  }
  return false;
}

function readHello(bytes: Uint8Array): string | undefined {
  let jwt: string | undefined;
  eachField(bytes, (field) => {
    if (field.number === 1) jwt = field.string();
  });
  return jwt;
}

function readRequestMessage(bytes: Uint8Array): ClientMessage {
  let id = 0;
  const request = new Merged();
  eachField(bytes, (field) => {
    if (field.number === 1) id = field.int32();
    else if (field.number <= 13) request.take(field);
  });
  const { number, bytes: body = new Uint8Array() } = request;
  return { type: "request", id, request: () => decode(() => readChannelRequest(number, body)) };
}

/** @param number the field of `RequestMsg` that holds the request */
function readChannelRequest(number: number, body: Uint8Array): ChannelRequest {
  switch (number) {
    case 2:
      return { type: "open_stream", streamId: readId(body, 1) };
    case 3:
      return { type: "close_stream", streamId: readId(body, 1) };
    case 4:
      return { type: "work", streamId: readId(body, 1), work: readExecute(body, 2, where) };
    case 5:
      return { type: "work", streamId: readId(body, 1), work: readBatchRequest(body, 2, where) };
    case 6:
      return readOpenCursor(body);
    case 7:
      return { type: "close_cursor", cursorId: readId(body, 1) };
    case 8:
      return { type: "fetch_cursor", cursorId: readId(body, 1), maxCount: readId(body, 2) >>> 0 };
    case 9:
    case 10: {
      const source = readSource(body, 2, where);
      const type = number === 9 ? "sequence" : "describe";
      return { type: "work", streamId: readId(body, 1), work: { type, source } };
    }
    case 11:
      return readStoreSql(body);
    case 12:
      return readCloseSql(body);
    case 13:
      return { type: "work", streamId: readId(body, 1), work: { type: "get_autocommit" } };
    default:
      throw invalid(where, "is no request of the protocol");
  }
}

function readOpenCursor(body: Uint8Array): ChannelRequest {
  const batch = new Merged();
  eachField(body, (field) => {
    if (field.number === 3) batch.take(field);
  });
  const steps = readBatch(batch.bytes, `${where}.batch`);
  return { type: "open_cursor", streamId: readId(body, 1), cursorId: readId(body, 2), steps };
}

/** The integer in one field of a message. */
function readId(body: Uint8Array, number: number): number {
  let id = 0;
  eachField(body, (field) => {
    if (field.number === number) id = field.int32();
  });
  return id;
}
