import { invalid, needVersion } from "../errors.ts";
import type { ChannelRequest, ClientMessage, Version } from "../requests.ts";
import { asCount, asFields, asId, asOptionalString, type Fields, parseObject } from "./fields.ts";
import { readSteps, readStoreRequest, readWork } from "./requests.ts";

/**
 * Reads a message of a client (Hrana 3 over WebSocket, “Messages”). What is wrong with the request
 * in it is told only when that is asked for, since the answer needs the number of the message.
 *
 * @throws ProtocolError where it is no message at all
 */
export function parseMessage(text: string, version: Version): ClientMessage {
  const fields = parseObject(text);
  switch (fields["type"]) {
    case "hello":
      return { type: "hello", jwt: asOptionalString(fields["jwt"], "jwt") };
    case "request":
      return {
        type: "request",
        id: asId(fields["request_id"], "request_id"),
        request: () => readChannelRequest(asFields(fields["request"], "request"), version),
      };
    default:
      throw invalid("type", "must be one of hello, request");
  }
}

function readChannelRequest(fields: Fields, version: Version): ChannelRequest {
  const where = "request";
  const streamId = () => asId(fields["stream_id"], `${where}.stream_id`);
  const cursorId = () => asId(fields["cursor_id"], `${where}.cursor_id`);
  const type = fields["type"];
  switch (type) {
    case "open_stream":
    case "close_stream":
      return { type, streamId: streamId() };
    case "open_cursor":
      needVersion(version, 3, `request \`${type}\``);
      return {
        type,
        streamId: streamId(),
        cursorId: cursorId(),
        steps: readSteps(fields["batch"], version, `${where}.batch`),
      };
    case "fetch_cursor":
      needVersion(version, 3, `request \`${type}\``);
      return {
        type,
        cursorId: cursorId(),
        maxCount: asCount(fields["max_count"], `${where}.max_count`),
      };
    case "close_cursor":
      needVersion(version, 3, `request \`${type}\``);
      return { type, cursorId: cursorId() };
  }
  const stored = readStoreRequest(fields, version, where);
  if (stored !== undefined) return stored;
  const work = readWork(fields, version, where);
  if (work !== undefined) return { type: "work", streamId: streamId(), work };
  throw invalid(`${where}.type`, "is no request of the protocol");
}
