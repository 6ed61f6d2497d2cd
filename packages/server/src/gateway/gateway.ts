import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Addressing } from "./addressing.ts";
import type { DataPlane } from "./data-plane.ts";
import type { Site } from "./site.ts";
import { refuseUpgrade, type Sockets, upgradeUnknown } from "./sockets.ts";

/** Serves one HTTP request. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

export interface GatewayParts {
  /** Undefined until the server knows its port. */
  readonly addressing: () => Addressing;
  readonly dataPlane: DataPlane;
  readonly sockets: Sockets;
  readonly site: Site;
  readonly platform: RequestHandler;
}

/** The HTTP server: decides what a request is for, and hands it on. */
export function createGateway(parts: GatewayParts): Server {
  const server = createServer((request, response) => {
    const target = parts.addressing().locate(request.headers.host, request.url ?? "/");
    if (target.kind === "database") {
      parts.dataPlane.handle(request, response, target.label, target.path);
    } else if (!parts.site.handle(request, response)) {
      parts.platform(request, response);
    }
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const target = parts.addressing().locate(request.headers.host, request.url ?? "/");
    const isWebSocket = request.headers.upgrade?.toLowerCase() === "websocket";
    if (!isWebSocket || target.kind !== "database") return refuseUpgrade(socket, upgradeUnknown);
    parts.sockets.upgrade(request, socket, head, target.label, target.path);
  });
  return server;
}
