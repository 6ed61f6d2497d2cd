import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { EngineFailure } from "../engine/engine.ts";
import { serverStopped } from "../engine/failures.ts";
import type { Addressing } from "./addressing.ts";
import type { DataPlane } from "./data-plane.ts";
import type { Site } from "./site.ts";
import { answerClientError, responseUnderWay } from "./client-errors.ts";
import { invite } from "./invite.ts";
import { refuse, refuseRaw } from "./refusal.ts";
import type { Sockets } from "./sockets.ts";

/** Serves one HTTP request. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

export interface GatewayParts {
  /** Asked at each request: what it gives changes when the server knows its port. */
  readonly addressing: () => Addressing;
  readonly dataPlane: DataPlane;
  readonly sockets: Sockets;
  readonly site: Site;
  readonly platform: RequestHandler;
  /** How long, in milliseconds, the header of a request may take. */
  readonly headerTimeout: number;
  /** How long, in milliseconds, a connection is kept for the next request. */
  readonly keepAliveTimeout: number;
}

/** A whole request may take this long, in milliseconds; the largest needs it on a slow line. */
const requestTimeout = 5 * 60_000;

/** The HTTP server: decides what a request is for, and hands it on. */
export function createGateway(parts: GatewayParts): Server {
  const { headerTimeout, keepAliveTimeout } = parts;
  const timeouts = {
    headersTimeout: headerTimeout,
    keepAliveTimeout,
    requestTimeout: Math.max(requestTimeout, headerTimeout),
    connectionsCheckingInterval: Math.min(5_000, headerTimeout),
    // What Node would refuse without a word is refused here.
    requireHostHeader: false,
  };
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    // It is stopping: what came over this connection is answered, and then it is closed.
    if (!server.listening) response.shouldKeepAlive = false;
    const refusal = checkHost(request);
    if (refusal !== undefined) {
      response.shouldKeepAlive = false;
      return refuse(response, refusal);
    }
    const target = parts.addressing().locate(request.headers.host, request.url ?? "/");
    if (target.kind === "database") {
      parts.dataPlane.handle(request, response, target.label, target.path);
      return;
    }
    invite(request, response);
    if (!parts.site.handle(request, response)) parts.platform(request, response);
  };
  const server = createServer(timeouts, serve);
  server.on("checkContinue", serve);
  server.on("checkExpectation", (_request, response) => refuse(response, expectationUnknown));
  server.on("connect", (_request, socket: Duplex) => {
    afterEarlier(socket, () => refuseRaw(socket, noProxy));
  });
  server.on("clientError", answerClientError);
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const isAsked = request.headers.upgrade?.toLowerCase() === "websocket";
    // To HTTP/1.0, upgrading means nothing.
    if (!isAsked || request.httpVersion === "1.0") {
      return serveWithoutUpgrade(server, request, socket, head);
    }
    if (!server.listening) return refuseRaw(socket, serverStopped);
    const refusal = checkHost(request);
    if (refusal !== undefined) return refuseRaw(socket, refusal);
    const target = parts.addressing().locate(request.headers.host, request.url ?? "/");
    if (target.kind !== "database") return refuseRaw(socket, upgradeUnknown);
    parts.sockets.upgrade(request, socket, head, target.label, target.path);
  };
  server.on("upgrade", (request, socket: Duplex, head) => {
    afterEarlier(socket, () => upgrade(request, socket, head));
  });
  return server;
}

/** Goes on when the requests before are answered that came over the same connection. */
function afterEarlier(socket: Duplex, goOn: () => void): void {
  const earlier = responseUnderWay(socket);
  if (earlier === undefined) goOn();
  else earlier.once("close", () => afterEarlier(socket, goOn));
}

/** Why a request cannot be served whose Host header is not there once; HTTP/1.0 needs none. */
function checkHost(request: IncomingMessage): EngineFailure | undefined {
  const hosts = countHosts(request);
  if (hosts > 1) return severalHosts;
  return hosts === 0 && request.httpVersion !== "1.0" ? noHost : undefined;
}

function countHosts({ rawHeaders }: IncomingMessage): number {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === "host") hosts += 1;
  }
  return hosts;
}

/** Servers along the way may each believe in another one of them (RFC 9112, 3.2). */
const severalHosts: EngineFailure = {
  status: 400,
  code: "HOST_AMBIGUOUS",
  message: "The request has several Host headers; send one",
};

const noHost: EngineFailure = {
  status: 400,
  code: "HOST_MISSING",
  message: "The request has no Host header; send one",
};

const expectationUnknown: EngineFailure = {
  status: 417,
  code: "EXPECTATION_UNKNOWN",
  message: "The request expects something other than 100-continue; leave that out",
};

const noProxy: EngineFailure = {
  status: 400,
  code: "INVALID_HTTP",
  message: "This server is no proxy, and serves no CONNECT",
};

/** Told to clients that ask for a WebSocket where there is no database. */
const upgradeUnknown: EngineFailure = {
  status: 400,
  code: "UPGRADE_UNKNOWN",
  message: "WebSocket is spoken at the address of a database, and nowhere else",
};

/**
 * Serves a request as if it had not asked for another protocol, which a server may ignore
 * (RFC 9110, 7.8): some clients ask for HTTP/2 with each first request. Node has stopped reading
 * such a connection as HTTP, so it begins again, with the request and without the question.
 */
function serveWithoutUpgrade(
  server: Server,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? "";
    const value = request.rawHeaders[index + 1] ?? "";
    if (isOfUpgrade(name)) continue;
    lines.push(`${name}: ${/^connection$/i.test(name) ? withoutUpgrade(value) : value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit("connection", socket);
}

/** What a Connection header says besides the question. */
function withoutUpgrade(connection: string): string {
  const options = connection.split(",").map((option) => option.trim());
  return options.filter((option) => !isOfUpgrade(option)).join(", ");
}

function isOfUpgrade(name: string): boolean {
  return /^(?:upgrade|http2-settings)$/i.test(name);
}
