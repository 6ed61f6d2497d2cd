import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { responseUnderWay } from "./client-errors.ts";

/** Goes on when the requests before are answered that came over the same connection. */
export function afterEarlier(socket: Duplex, goOn: () => void): void {
  const earlier = responseUnderWay(socket);
  if (earlier === undefined) goOn();
  else earlier.once("close", () => afterEarlier(socket, goOn));
}

/**
 * Serves a request as if it had not asked for another protocol, which a server may ignore
 * (RFC 9110, 7.8): some clients ask for HTTP/2 with each first request. Node has stopped reading
 * such a connection as HTTP, so it begins again, with the request and without the question.
 */
export function serveWithoutUpgrade(
  server: Server,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? "";
    const value = request.rawHeaders[index + 1] ?? "";
    if (isUpgrade(name)) continue;
    lines.push(`${name}: ${/^connection$/i.test(name) ? withoutUpgrade(value) : value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit("connection", socket);
}

/** What a Connection header says besides the question. */
function withoutUpgrade(connection: string): string {
  const options = connection.split(",").map((option) => option.trim());
  return options.filter((option) => !isUpgrade(option)).join(", ");
}

function isUpgrade(name: string): boolean {
  return /^upgrade$/i.test(name);
}
