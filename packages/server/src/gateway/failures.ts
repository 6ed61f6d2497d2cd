import type { IncomingMessage } from "node:http";
import type { Failure } from "../engine/engine.ts";
import { subprotocols } from "../engine/wire/subprotocols.ts";
import type { Route } from "../store/route-cache.ts";
import { servedPaths } from "./endpoints.ts";

/** Nothing has the label that was addressed. */
export function databaseNotFound(label: string): Failure {
  return refusal(404, "DATABASE_NOT_FOUND", `There is no database at ${label}`);
}

/** Nothing serves the database yet. */
export function noInstance({ databaseName }: Route): Failure {
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

export const tokenMissing = unauthorized(
  "AUTH_TOKEN_MISSING",
  "The request has no Authorization header; send `Authorization: Bearer <database token>`",
);

export const helloWithoutToken = unauthorized(
  "AUTH_TOKEN_MISSING",
  "The hello message has no token; a client sends it as `jwt`",
);

export const tokenUnreadable = unauthorized(
  "AUTH_TOKEN_INVALID",
  "The Authorization header is not of the form `Bearer <database token>`",
);

export const tokenExpired = unauthorized(
  "AUTH_JWT_EXPIRED",
  "The token has expired; mint a new one",
);

export const tokenKind = unauthorized(
  "AUTH_TOKEN_KIND",
  "This is a platform token; a database takes an auth token, minted for it by mintDatabaseToken",
);

/** @param reason what is wrong with the token */
export function tokenInvalid(reason: string): Failure {
  return unauthorized("AUTH_JWT_INVALID", reason);
}

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
export function noHandshake({ message }: Error): Failure {
  return refusal(400, "HANDSHAKE_INVALID", `This is no WebSocket handshake: ${message}`);
}

/** Databases speak WebSocket at their address itself. */
export function noWebSocketAt(path: string): Failure {
  return refusal(
    404,
    "ENDPOINT_NOT_FOUND",
    `A database serves WebSocket at its address itself, not at ${path}`,
  );
}

export function subprotocolUnknown(offered: readonly string[]): Failure {
  const served = Object.keys(subprotocols).join(", ");
  return refusal(
    400,
    "SUBPROTOCOL_UNKNOWN",
    `The subprotocols served are ${served}; offered were ${offered.join(", ")}`,
  );
}

export const noReplicas = refusal(
  404,
  "REPLICAS_NOT_SERVED",
  "Embedded replicas and sync are not served here: connect without syncUrl, and with " +
    "@tursodatabase/serverless in place of @tursodatabase/sync",
);

export function endpointNotFound({ method }: IncomingMessage, path: string): Failure {
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
): Failure {
  return refusal(
    405,
    "METHOD_NOT_ALLOWED",
    `${path} of a database takes ${methods}, and not ${method}`,
  );
}

/** @param most bytes */
export function bodyTooLarge(most: number): Failure {
  return refusal(413, "BODY_TOO_LARGE", `The body of a request has ${most} bytes at most`);
}

/** @param most requests */
export function requestsTooMany(most: number): Failure {
  return refusal(
    429,
    "REQUESTS_TOO_MANY",
    `The server serves ${most} requests at a time (--max-concurrent-requests), and has as many; try again`,
  );
}

/** There is no room for the body of a request. */
export function requestsTooLarge(most: number): Failure {
  return refusal(
    429,
    "REQUESTS_TOO_LARGE",
    `The server keeps ${most} bytes of requests and of unread answers at a time (--max-buffered-bytes), and has no room for this request; try again`,
  );
}

/** @param most requests that one database may have under way */
export function databaseRequestsTooMany(most: number): Failure {
  return refusal(
    429,
    "REQUESTS_TOO_MANY",
    `The database has ${most} requests under way, as many as one may of those that the server serves (--max-concurrent-requests); try again`,
  );
}

/** @param most bytes that are kept of the requests of one database */
export function databaseRequestsTooLarge(most: number): Failure {
  return refusal(
    429,
    "REQUESTS_TOO_LARGE",
    `The server keeps ${most} bytes of the requests of one database and of its unread answers at a time (of --max-buffered-bytes), and has no room for this request; try again`,
  );
}

/** There is no room for an answer, since others are not read. */
export const answersTooLarge = refusal(
  503,
  "ANSWERS_TOO_LARGE",
  "The request has run, but there is no room for its answer (--max-buffered-bytes) until clients have read others; read answers as they come",
);

export const requestTimeout = refusal(
  408,
  "REQUEST_TIMEOUT",
  "The request did not come in time: its header has the server's --header-timeout, and all of it five minutes",
);

export const headerTooLarge = refusal(
  431,
  "HEADER_TOO_LARGE",
  "The header of a request has 16 KiB at most",
);

/** What Node cannot read. */
export function noRequest({ message }: Error): Failure {
  return refusal(400, "INVALID_HTTP", `This is no HTTP request: ${message}`);
}

/** Pages are the Platform API's, and speak its codes. */
export function pageMethod({ method }: IncomingMessage, path: string): Failure {
  return refusal(405, "method_not_allowed", `${path} answers only GET, HEAD, not ${method}`);
}

export const pageMissing = refusal(
  404,
  "route_not_found",
  "The reference site is not built: build it with `pnpm run docs`",
);

export function pageUnreadable(path: string): Failure {
  return refusal(500, "internal_error", `${path} could not be read: the server's log says why`);
}

function unauthorized(code: string, message: string): Failure {
  return refusal(401, code, message);
}

function refusal(status: number, code: string, message: string): Failure {
  return { status, code, message };
}
