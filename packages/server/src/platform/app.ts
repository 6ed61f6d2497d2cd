import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { operationTable } from "@logicaldb/contract";
import Fastify, { LogController } from "fastify";
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { keysOf } from "../tools/keys-of.ts";
import { ApiError, ContractViolation, toApiError } from "./errors.ts";
import { createExclusive } from "./exclusive.ts";
import { FaultError, type Faults } from "./faults.ts";
import { createMethodTable } from "./method-table.ts";
import type { MintedToken } from "../tokens/database-token.ts";
import { withoutTokens } from "../tokens/without-tokens.ts";
import type { ServerContext } from "./operation.ts";
import { addOperation, type Answered } from "./route.ts";

export interface PlatformOptions extends Pick<
  ServerContext,
  "store" | "engine" | "hostnameOf" | "now" | "version"
> {
  /** Where failures are reported; nowhere when left out. */
  readonly logger?: FastifyBaseLogger;
  /** The largest request body that is read, in bytes; 1 MiB when left out. */
  readonly bodyLimit?: number;
  /** Errors on demand, for tests of applications; off when left out. */
  readonly faults?: Faults | undefined;
  /** Counts a request; false where the server has enough to do. Every one is served when left out. */
  readonly admit?: (response: ServerResponse) => boolean;
  /** Hears of every answer to a request for an operation; the time is in milliseconds. */
  readonly answered?: Answered | undefined;
  /** Hears of every database token that is minted. */
  readonly minted?: (token: MintedToken) => void;
}

/** The Platform API, to be put into an HTTP server. */
export interface Platform {
  /** Resolves when requests can be handled. */
  ready(): Promise<void>;
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Call it after the HTTP server has stopped handing over requests. */
  close(): Promise<void>;
  /** What operations use, for whoever runs one without HTTP. */
  readonly context: ServerContext;
}

const defaultBodyLimit = 1024 * 1024;

/** Longer than any request line that Node accepts, so long names are looked up, too. */
const maxParameterLength = 1024 * 1024;

/** What the contract allows an error's text. */
const maxMessageLength = 4096;

/**
 * Makes the Platform API from the contract: a route for every operation, which checks who calls,
 * validates the input, runs the operation and validates what it returns.
 */
export function createPlatform(options: PlatformOptions): Platform {
  const context = createContext(options);
  const app = createApp(options, context);
  return {
    context,
    ready: async () => {
      await app.ready();
    },
    handle: (request, response) => app.routing(request, response),
    close: async () => {
      await app.close();
    },
  };
}

/** The Fastify application behind {@link createPlatform}. */
export function createApp(
  options: PlatformOptions,
  context: ServerContext = createContext(options),
): FastifyInstance {
  const { logger } = options;
  const bodyLimit = options.bodyLimit ?? defaultBodyLimit;
  const answerError = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    sendError(toApiError(error, bodyLimit), request, reply);

  const app: FastifyInstance = Fastify({
    ...(logger === undefined ? {} : { loggerInstance: logger }),
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: "requestId",
    }),
    genReqId: requestId,
    bodyLimit,
    // As HTTP has it: what answers GET answers HEAD, without the body.
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: maxParameterLength },
    frameworkErrors: answerError,
  });
  // Bodies are read as they are; what is in them is for the operation to say.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => {
    done(null, body);
  });
  app.decorateRequest("caller");
  const refuseUnknownRoute = createRefusal();
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    // Whatever it is, even nonsense, it must not decide anything.
    delete request.raw.headers["content-type"];
    // Before the framework asks for what some methods need.
    if (request.is404) refuseUnknownRoute(request, reply);
  });
  app.addHook("onResponse", async (request, reply) => {
    const { method } = request;
    const url = withoutTokens(request.url);
    request.log.debug({ method, url, status: reply.statusCode, ms: reply.elapsedTime }, "answered");
  });
  app.setErrorHandler(answerError);

  const { admit = () => true, answered } = options;
  for (const operationId of keysOf(operationTable))
    addOperation(app, operationId, { context, admit, answered });
  return app;
}

function createContext({ logger, faults, ...options }: PlatformOptions): ServerContext {
  const { store, engine, hostnameOf, now, version, minted = () => {} } = options;
  return {
    store,
    engine,
    hostnameOf,
    now,
    version,
    exclusively: createExclusive(),
    minted,
    faults,
    warn: (message, error) => logger?.warn({ err: error }, message),
  };
}

/** The id that a caller gave its request, if it can be put into a log safely; otherwise a new one. */
function requestId({ headers }: { headers: IncomingMessage["headers"] }): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}

/** Refuses what no operation answers, and says what does. */
function createRefusal() {
  const methodsOf = createMethodTable();
  return (request: FastifyRequest, reply: FastifyReply): never => {
    const path = pathOf(request);
    const methods = methodsOf(path);
    if (methods.length === 0) {
      const shown = path.slice(0, 200);
      const host = (request.headers.host ?? "no host").slice(0, 200);
      throw new ApiError(
        "route_not_found",
        isDataPlanePath(path)
          ? `nothing answers at ${shown} of ${host}: the URL of a database is its Hostname, with the slash at its end where there is one, and a proxy has to pass on its Host header`
          : `nothing answers at ${shown}: the page at / lists all there is`,
      );
    }
    reply.header("allow", methods.join(", "));
    throw new ApiError(
      "method_not_allowed",
      `${path.slice(0, 200)} answers only ${methods.join(", ")}, not ${request.method}`,
    );
  };
}

function sendError(error: ApiError, request: FastifyRequest, reply: FastifyReply): void {
  const { status, code, message, cause } = error;
  if (status >= 500 && !(error instanceof FaultError)) {
    const violation = cause instanceof ContractViolation ? cause : undefined;
    request.log.error(
      {
        method: request.method,
        url: withoutTokens(request.url),
        ...(violation && {
          operationId: violation.operationId,
          status: violation.status,
          pointer: violation.pointer,
        }),
        err: cause ?? error,
      },
      violation?.message ?? message,
    );
  }
  reply.header("x-request-id", request.id);
  if (status === 401) reply.header("www-authenticate", "Bearer");
  if (status === 429 || status === 503) reply.header("retry-after", "1");
  const body = { error: message.slice(0, maxMessageLength), code };
  reply.code(status);
  if (!isDataPlanePath(pathOf(request))) {
    reply.send(body);
    return;
  }
  // Clients of databases read `message`, and only of this media type.
  reply.header("content-type", "application/json");
  reply.send(Buffer.from(JSON.stringify({ ...body, message: body.error })));
}

function pathOf({ url }: FastifyRequest): string {
  return url.split("?", 1)[0] ?? "";
}

/** A client of databases was given the URL of the Platform API. */
function isDataPlanePath(path: string): boolean {
  return /^\/v(?:[23](?:-protobuf)?|[123](?:-protobuf)?\/(?:pipeline|cursor|batch|execute))$/.test(
    path,
  );
}
