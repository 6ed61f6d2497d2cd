import type { IncomingMessage } from "node:http";
import type { EngineFailure } from "../engine/engine.ts";
import { subprotocols } from "../engine/wire/subprotocols.ts";
import type { Route } from "../store/routes.ts";
import { servedPaths } from "./endpoints.ts";

/** Nothing has the label that was addressed. */
export function databaseNotFound(label: string): EngineFailure {
  return refusal(404, "DATABASE_NOT_FOUND", `There is no database at ${label}`);
}

/** Nothing serves the database yet. */
export function noInstance({ databaseName }: Route): EngineFailure {
  return refusal(
    404,
    "DATABASE_WITHOUT_INSTANCE",
    `Database ${databaseName} has no instance yet; createInstance gives it one`,
  );
}

/** Looking up the database or its token failed: a fault of the server, whose log says which. */
export const storeFailed = refusal(
  500,
  "INTERNAL_ERROR",
  "The server could not look up the database or its token; its log says why",
);

/** Servers along the way may each believe in another one of them (RFC 9112, 3.2). */
export const severalHosts = refusal(
  400,
  "HOST_AMBIGUOUS",
  "The request has several Host headers; send one",
);

export const noHost = refusal(400, "HOST_MISSING", "The request has no Host header; send one");

export const expectationUnknown = refusal(
  417,
  "EXPECTATION_UNKNOWN",
  "The request expects something other than 100-continue; leave that out",
);

export const noProxy = refusal(
  400,
  "INVALID_HTTP",
  "This server is no proxy, and serves no CONNECT",
);

/** Told to clients that ask for a WebSocket where there is no database. */
export const upgradeUnknown = refusal(
  400,
  "UPGRADE_UNKNOWN",
  "WebSocket is spoken at the address of a database, and nowhere else",
);

export const handshakeNotGet = refusal(
  405,
  "METHOD_NOT_ALLOWED",
  "A WebSocket is asked for with GET",
);

export const handshakeVersionUnknown = refusal(
  426,
  "HANDSHAKE_INVALID",
  "The versions of WebSocket served are 13 and 8",
);

/** What the library for WebSockets has against a handshake. */
export function noHandshake({ message }: Error): EngineFailure {
  return refusal(400, "HANDSHAKE_INVALID", `This is no WebSocket handshake: ${message}`);
}

/** Databases speak WebSocket at their address itself. */
export function noWebSocketAt(path: string): EngineFailure {
  return refusal(
    404,
    "ENDPOINT_NOT_FOUND",
    `A database serves WebSocket at its address itself, not at ${path}`,
  );
}

export function subprotocolUnknown(offered: readonly string[]): EngineFailure {
  const served = Object.keys(subprotocols).join(", ");
  return refusal(
    400,
    "SUBPROTOCOL_UNKNOWN",
    `The subprotocols served are ${served}; offered were ${offered.join(", ")}`,
  );
}

export function endpointNotFound({ method }: IncomingMessage, path: string): EngineFailure {
  return refusal(
    404,
    "ENDPOINT_NOT_FOUND",
    `A database serves no ${method} ${path}, but ${servedPaths.join(", ")}`,
  );
}

/** @param methods those that the path takes */
export function methodNotAllowed(
  { method }: IncomingMessage,
  path: string,
  methods: string,
): EngineFailure {
  return refusal(
    405,
    "METHOD_NOT_ALLOWED",
    `${path} of a database takes ${methods}, and not ${method}`,
  );
}

/** @param most bytes */
export function bodyTooLarge(most: number): EngineFailure {
  return refusal(413, "BODY_TOO_LARGE", `The body of a request has ${most} bytes at most`);
}

function refusal(status: number, code: string, message: string): EngineFailure {
  return { status, code, message };
}
