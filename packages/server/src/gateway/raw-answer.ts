import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { EngineFailure } from "../engine/engine.ts";
import { errorBody } from "../hrana/errors.ts";

/** How long, in milliseconds, a client may take to read why it is refused. */
const lingering = 1_000;

/** Answers on a connection that is not read as HTTP any more, and hangs up. */
export function refuseRaw(socket: Duplex, { status, code, message }: EngineFailure): void {
  const body = errorBody(code, message);
  socket.on("error", () => {});
  // Closed with something unread, a connection is reset, and its client never sees the answer.
  socket.resume();
  const overdue = setTimeout(() => socket.destroy(), lingering);
  socket.once("close", () => clearTimeout(overdue));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
