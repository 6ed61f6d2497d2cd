import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { errorBody } from "../engine/error-body.ts";
import type { Failure } from "../engine/engine.ts";

/** Lets pages of any origin read a response: whoever has the token may. */
export const anyOrigin = { "access-control-allow-origin": "*" };

/** How long, in milliseconds, a client that still sends may take to read why it is refused. */
const lingering = 1_000;

/** The longest body, in bytes, that is read for the sake of its connection. */
const shortBody = 64 * 1024;

/**
 * What tells the client when to try again, where that is worth it.
 *
 * @param seconds after how long: when the engine was restarted, or has too much to do, a second
 */
export function retryHeader(status: number, seconds = 1): { readonly "retry-after"?: string } {
  return status === 503 || status === 429 ? { "retry-after": String(seconds) } : {};
}

/** Tells the client why there is no answer. A long body is not worth reading any more. */
export function refuse(response: ServerResponse, failure: Failure): void {
  const { req: request } = response;
  const body = errorBody(failure);
  // What comes of the request's body is dropped.
  request.resume();
  if (request.complete || isShort(request)) {
    response.writeHead(failure.status, headersOf(failure, body)).end(body);
    return;
  }
  response.shouldKeepAlive = false;
  response.writeHead(failure.status, headersOf(failure, body)).write(body);
  // Closed while its client still sends, the connection would be reset, and the answer lost.
  const finish = () => {
    clearTimeout(overdue);
    response.end();
  };
  const overdue = setTimeout(finish, lingering);
  request.once("end", finish).once("close", finish);
}

/** Whether the body is sure to come, and costs less to read than a new connection. */
function isShort({ headers }: IncomingMessage): boolean {
  const isKnown = headers.expect === undefined && headers["transfer-encoding"] === undefined;
  return isKnown && Number(headers["content-length"] ?? 0) <= shortBody;
}

/**
 * The same on a connection that is not read as HTTP any more; hangs up.
 *
 * @param more headers of the answer, besides the usual ones
 */
export function refuseRaw(
  socket: Duplex,
  failure: Failure,
  more: Readonly<Record<string, string>> = {},
): void {
  const body = errorBody(failure);
  socket.on("error", () => {});
  // Closed with something unread, a connection is reset, and its client never sees the answer.
  socket.resume();
  const overdue = setTimeout(() => socket.destroy(), lingering);
  socket.once("close", () => clearTimeout(overdue));
  const headers = Object.entries({
    ...headersOf(failure, body),
    ...more,
    connection: "close",
  });
  const head = [
    `HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status] ?? ""}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function headersOf(
  { status, retryAfter }: Failure,
  body: string,
): Readonly<Record<string, string>> {
  return {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    ...retryHeader(status, retryAfter),
    ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    ...anyOrigin,
  };
}
