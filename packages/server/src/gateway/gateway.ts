import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Addressing } from "./addressing.ts";
import type { DataPlane } from "./data-plane.ts";
import type { Site } from "./site.ts";

/** Serves one HTTP request. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

export interface GatewayParts {
  /** Undefined until the server knows its port. */
  readonly addressing: () => Addressing;
  readonly dataPlane: DataPlane;
  readonly site: Site;
  readonly platform: RequestHandler;
}

/** The HTTP server: decides what a request is for, and hands it on. */
export function createGateway(parts: GatewayParts): Server {
  return createServer((request, response) => {
    const target = parts.addressing().locate(request.headers.host, request.url ?? "/");
    if (target.kind === "database") {
      parts.dataPlane.handle(request, response, target.label, target.path);
    } else if (!parts.site.handle(request, response)) {
      parts.platform(request, response);
    }
  });
}
