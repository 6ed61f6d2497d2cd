import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { EngineFailure } from "../engine/engine.ts";
import { errorBody } from "../hrana/errors.ts";

/** Answers on a connection that is not read as HTTP any more, and hangs up. */
export function refuseRaw(socket: Duplex, { status, code, message }: EngineFailure): void {
  const body = errorBody(code, message);
  socket.on("error", () => {});
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
