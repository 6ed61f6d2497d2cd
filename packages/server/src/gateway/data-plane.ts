import type { IncomingMessage, ServerResponse } from "node:http";
import type { DatabaseRequest, Engine, Failure } from "../engine/engine.ts";
import { queryOf } from "./addressing.ts";
import type { Admission, Admissions } from "./admissions.ts";
import { readBody } from "./body.ts";
import {
  type Endpoint,
  findEndpoint,
  findGreeting,
  isReplicaGreeting,
  isReplicaPath,
  methodsOf,
} from "./endpoints.ts";
import {
  bodyTooLarge,
  databaseNotFound,
  endpointNotFound,
  methodNotAllowed,
  noReplicas,
} from "./failures.ts";
import { invite } from "./invite.ts";
import type { Load, Place } from "./load.ts";
import { ReaderPatience } from "./reader-patience.ts";
import { anyOrigin, refuse } from "./refusal.ts";
import { ResponseSink } from "./response-sink.ts";
import type { Traffic } from "./traffic.ts";

/** Before a body that took longer than this, in milliseconds, is run, its token is checked again. */
const longBody = 100;

/** What a browser asks before a page sends a request to a server of another origin. */
const preflight = {
  ...anyOrigin,
  "access-control-allow-methods": "GET, POST, OPTIONS",
  "access-control-allow-headers": "*, authorization",
  "access-control-max-age": "86400",
};

/** Older embedded replicas read gRPC, where a refusal is in the headers of a 200. */
const noReplicasInGrpc = {
  "content-type": "application/grpc-web+proto",
  "grpc-status": "12",
  "grpc-message": noReplicas.message,
};
const replicaGreeting = '{"current_generation":1}';

/** What {@link DataPlane} serves requests with. */
export interface DataPlaneOptions {
  readonly admissions: Admissions;
  readonly engine: Engine;
  /** How large the body of a request may be, in bytes. */
  readonly maxBodyBytes: number;
  /** How long, in milliseconds, a client may take nothing of its answer. */
  readonly readerTimeout: number;
  readonly load: Load;
  /** Counts what is answered. */
  readonly traffic: Traffic;
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
    const { load, traffic } = this.#options;
    const endpoint = findEndpoint(request.method, path);
    if (endpoint === undefined) {
      answerWithoutDatabase(request, response, path);
      return traffic.answered("other", response.statusCode);
    }
    const place = load.admit(response);
    const refused = (failure: Failure) => {
      place?.giveUp();
      traffic.answered(endpoint.name, failure.status);
      traffic.failed(failure.code);
      refuse(response, failure);
    };
    if (place === undefined) return refused(load.refusal);
    this.#admit(request, label, refused, (admission) => {
      const refusal = place.belongTo(admission.databaseId);
      if (refusal !== undefined) return refused(refusal);
      const begun = performance.now();
      const { changes } = this.#options.admissions;
      readBody(request, this.#options.maxBodyBytes, {
        begin: () => invite(request, response),
        done: (body) => {
          const isShort = performance.now() - begun < longBody;
          if (isShort && this.#options.admissions.changes === changes) {
            return this.#run(request, response, { label, endpoint, admission, body, place });
          }
          // Meanwhile its token may have expired or been invalidated, or the database destroyed.
          this.#admit(request, label, refused, (again) =>
            this.#run(request, response, { label, endpoint, admission: again, body, place }),
          );
        },
        keep: (bytes) => place.keep(bytes),
        crowded: refused,
        tooLarge: () => refused(bodyTooLarge(this.#options.maxBodyBytes)),
      });
    });
  }

  /** Tells what a request may do, or why it is refused. */
  #admit(
    request: IncomingMessage,
    label: string,
    refused: (failure: Failure) => void,
    admitted: (admission: Admitted) => void,
  ): void {
    const decide = (admission: Admission) => {
      if ("code" in admission) refused(admission);
      else admitted(admission);
    };
    const { authorization } = request.headers;
    const admission = this.#options.admissions.ofRequest(label, authorization);
    if (admission instanceof Promise) void admission.then(decide);
    else decide(admission);
  }

  #run(request: IncomingMessage, response: ServerResponse, work: Work): void {
    const { label, endpoint, admission, body, place } = work;
    // Its client has left while its token was looked into.
    if (place.isFree) return;
    // A pipeline that was begun is run to its end in any case, and has its place until then.
    const isRunOut = endpoint.isStreamed !== true;
    if (isRunOut) place.hold();
    const reader = new ReaderPatience(request.socket, this.#options.readerTimeout);
    const { engine, traffic, admissions } = this.#options;
    const sink = new ResponseSink(response, endpoint.type, {
      reader,
      place,
      over: (status, code) => {
        if (status !== undefined) traffic.answered(endpoint.name, status);
        if (code !== undefined) traffic.failed(code);
        if (isRunOut) place.letGo();
      },
    });
    const asked = endpoint.takesQuery === true ? Buffer.from(queryOf(request.url ?? "")) : body;
    const order: DatabaseRequest = { endpoint: endpoint.name, ...admission, body: asked };
    const cancel = engine.request(order, sink);
    if (isRunOut) return place.whenOver(cancel);
    const forgetLabel = admissions.onWithdrawn(label, () => sink.fail(databaseNotFound(label)));
    place.whenOver(() => {
      forgetLabel();
      cancel();
    });
  }
}

type Admitted = Exclude<Admission, Failure>;

interface Work {
  readonly label: string;
  readonly endpoint: Endpoint;
  readonly admission: Admitted;
  readonly body: Buffer;
  readonly place: Place;
}

/** Answers what no endpoint serves: the same for every database, and without a token. */
function answerWithoutDatabase(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): void {
  if (request.method === "OPTIONS") {
    response.writeHead(204, preflight).end();
    return;
  }
  const greeting = findGreeting(request.method, path);
  if (greeting !== undefined) return greet(response, "text/plain", greeting);
  if (speaksGrpc(request)) return refuseInGrpc(request, response);
  if (isReplicaGreeting(request.method, path)) {
    return greet(response, "application/json", replicaGreeting);
  }
  if (isReplicaPath(path)) return refuse(response, noReplicas);
  const methods = methodsOf(path);
  if (methods === undefined) return refuse(response, endpointNotFound(request, path));
  response.setHeader("allow", methods);
  refuse(response, methodNotAllowed(request, path, methods));
}

function greet(response: ServerResponse, type: string, greeting: string): void {
  response.writeHead(200, { "content-type": type, ...anyOrigin }).end(greeting);
}

function speaksGrpc({ headers }: IncomingMessage): boolean {
  return headers["content-type"]?.startsWith("application/grpc-web") === true;
}

function refuseInGrpc(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, noReplicasInGrpc).end();
  request.resume();
}
