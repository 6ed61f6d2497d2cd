import type { IncomingMessage, ServerResponse } from "node:http";
import type { Engine, EngineFailure, HranaRequest } from "../engine/engine.ts";
import { errorBody } from "../hrana/errors.ts";
import type { Route } from "../store/routes.ts";
import { readBody } from "./body.ts";
import type { Authorizer } from "./authorize.ts";
import { anyOrigin, ResponseSink } from "./response-sink.ts";

type Endpoint = Pick<HranaRequest, "kind" | "version">;

/** What clients send their requests to, below the address of a database. */
const endpoints: Readonly<Record<string, Endpoint>> = {
  "/v2/pipeline": { kind: "pipeline", version: 2 },
  "/v3/pipeline": { kind: "pipeline", version: 3 },
  "/v3/cursor": { kind: "cursor", version: 3 },
};

/** Clients ask here which versions a server speaks. */
const versions: Readonly<Record<string, string>> = {
  "/v2": "Hrana over HTTP, version 2\n",
  "/v3": "Hrana over HTTP, version 3\n",
};

/** What a browser asks before a page sends a request to a server of another origin. */
const preflight = {
  ...anyOrigin,
  "access-control-allow-methods": "GET, POST, OPTIONS",
  "access-control-allow-headers": "*, authorization",
  "access-control-max-age": "86400",
};

export interface DataPlaneOptions {
  /** Where a label leads; undefined: nowhere. */
  readonly findRoute: (label: string) => Route | undefined | Promise<Route | undefined>;
  readonly engine: Engine;
  readonly authorizer: Authorizer;
  /** How large the body of a request may be, in bytes. */
  readonly maxBodyBytes: number;
}

/** Serves requests to databases: finds the database, checks the token, hands the body to the engine. */
export class DataPlane {
  readonly #options: DataPlaneOptions;

  constructor(options: DataPlaneOptions) {
    this.#options = options;
  }

  /**
   * @param label the name that the database or instance is addressed by
   * @param path the path below its address
   */
  handle(request: IncomingMessage, response: ServerResponse, label: string, path: string): void {
    if (request.method === "OPTIONS") {
      response.writeHead(204, preflight).end();
      return;
    }
    const greeting = request.method === "GET" ? versions[path] : undefined;
    if (greeting !== undefined) {
      response.writeHead(200, { "content-type": "text/plain", ...anyOrigin }).end(greeting);
      return;
    }
    const endpoint = request.method === "POST" ? endpoints[path] : undefined;
    if (endpoint === undefined) {
      refuse(request, response, unknownEndpoint(path));
      return;
    }
    const route = this.#options.findRoute(label);
    if (route instanceof Promise) {
      route.then(
        (found) => this.#serve(request, response, endpoint, label, found),
        (error: unknown) => refuse(request, response, storeFailed(error)),
      );
    } else {
      this.#serve(request, response, endpoint, label, route);
    }
  }

  #serve(
    request: IncomingMessage,
    response: ServerResponse,
    endpoint: Endpoint,
    label: string,
    route: Route | undefined,
  ): void {
    if (route === undefined) return refuse(request, response, databaseNotFound(label));
    const authorization = this.#options.authorizer.authorize(request.headers.authorization, route);
    if (!(authorization instanceof Promise)) {
      return this.#run(request, response, { endpoint, route, authorization });
    }
    authorization.then(
      (outcome) => this.#run(request, response, { endpoint, route, authorization: outcome }),
      (error: unknown) => refuse(request, response, storeFailed(error)),
    );
  }

  #run(
    request: IncomingMessage,
    response: ServerResponse,
    { endpoint, route, authorization }: Admission,
  ): void {
    if ("code" in authorization) return refuse(request, response, authorization);
    if (!route.hasPrimary) return refuse(request, response, noInstance(route));
    const { access } = authorization;
    readBody(request, this.#options.maxBodyBytes, {
      done: (body) => {
        const work: HranaRequest = { ...endpoint, databaseId: route.databaseId, access, body };
        const sink = new ResponseSink(response, endpoint.kind);
        const cancel = this.#options.engine.request(work, sink);
        // A pipeline is run to its end in any case; only cursors are worth stopping.
        if (endpoint.kind === "cursor") response.once("close", cancel);
      },
      tooLarge: () => refuse(request, response, bodyTooLarge(this.#options.maxBodyBytes)),
    });
  }
}

interface Admission {
  readonly endpoint: Endpoint;
  readonly route: Route;
  readonly authorization: { readonly access: HranaRequest["access"] } | EngineFailure;
}

/** Answers without having read the request's body, which is then not worth reading. */
function refuse(request: IncomingMessage, response: ServerResponse, failure: EngineFailure): void {
  response.writeHead(failure.status, {
    "content-type": "application/json",
    ...(failure.status === 401 ? { "www-authenticate": "Bearer" } : {}),
    ...(request.complete ? {} : { connection: "close" }),
    ...anyOrigin,
  });
  response.end(errorBody(failure.code, failure.message));
  request.resume();
}

function unknownEndpoint(path: string): EngineFailure {
  const known = [...Object.keys(endpoints), ...Object.keys(versions)].join(", ");
  return {
    status: 404,
    code: "ENDPOINT_NOT_FOUND",
    message: `A database serves ${known}; not this method on ${path}`,
  };
}

function databaseNotFound(label: string): EngineFailure {
  return { status: 404, code: "DATABASE_NOT_FOUND", message: `There is no database at ${label}` };
}

function noInstance({ databaseName }: Route): EngineFailure {
  return {
    status: 404,
    code: "DATABASE_WITHOUT_INSTANCE",
    message: `Database ${databaseName} has no instance yet; createInstance gives it one`,
  };
}

function bodyTooLarge(most: number): EngineFailure {
  return {
    status: 413,
    code: "BODY_TOO_LARGE",
    message: `The body of a request has ${most} bytes at most`,
  };
}

function storeFailed(error: unknown): EngineFailure {
  const reason = error instanceof Error ? error.message : String(error);
  return { status: 500, code: "INTERNAL_ERROR", message: `The server failed: ${reason}` };
}
