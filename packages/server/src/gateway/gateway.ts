import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { serverStopped } from "../engine/failures.ts";
import type { Addressing } from "./addressing.ts";
import type { DataPlane } from "./data-plane.ts";
import type { Site } from "./site.ts";
import { answerClientError } from "./client-errors.ts";
import { expectationUnknown, noProxy, upgradeUnknown } from "./failures.ts";
import { checkHost } from "./host-header.ts";
import { invite } from "./invite.ts";
import { afterEarlier, serveWithoutUpgrade } from "./other-protocols.ts";
import { Pipelines } from "./pipelines.ts";
import { refuse, refuseRaw } from "./refusal.ts";
import type { Sockets } from "./sockets.ts";

/** Serves one HTTP request. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** What requests are handed on to, and how long they may take to come. */
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
  const pipelines = new Pipelines();
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    if (!pipelines.admit(request.socket)) return;
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
