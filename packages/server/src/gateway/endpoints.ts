import type { EndpointName } from "../engine/engine.ts";
import { version } from "../version.ts";

/** Something that a database serves over HTTP, below its address. */
export interface Endpoint {
  readonly name: EndpointName;
  /** The media type of a reply that is no error. */
  readonly type: string;
  /** The reply is sent in parts: it is worth stopping when nobody reads it. */
  readonly isStreamed?: boolean;
  /** What it is asked for is in the query of the URL, and not in a body. */
  readonly takesQuery?: boolean;
}

const json = "application/json";
const protobuf = "application/x-protobuf";

const posted: Readonly<Record<string, Endpoint>> = {
  "/v2/pipeline": { name: "pipeline2", type: json },
  "/v3/pipeline": { name: "pipeline3", type: json },
  // Its lines are JSON each, and no JSON together.
  "/v3/cursor": { name: "cursor3", type: "text/plain", isStreamed: true },
  "/v3-protobuf/pipeline": { name: "protobufPipeline3", type: protobuf },
  "/v3-protobuf/cursor": {
    name: "protobufCursor3",
    type: "application/octet-stream",
    isStreamed: true,
  },
  "/v1/execute": { name: "execute1", type: json },
  "/v1/batch": { name: "batch1", type: json },
  "/": { name: "statements", type: json },
};

const got: Readonly<Record<string, Endpoint>> = {
  "/dump": {
    name: "dump",
    type: "text/plain; charset=utf-8",
    isStreamed: true,
    takesQuery: true,
  },
};

/** What needs no database: clients ask here which versions a server speaks, and whether it is up. */
const greetings: Readonly<Record<string, string>> = {
  "/v1": "Hrana over HTTP, version 1\n",
  "/v2": "Hrana over HTTP, version 2\n",
  "/v3": "Hrana over HTTP, version 3\n",
  "/v3-protobuf": "Hrana over HTTP, version 3, in Protobuf\n",
  "/health": "",
  "/version": `logicaldb ${version}\n`,
};

/** What embedded replicas ask for, in the protocols that came after gRPC. */
const replicaPath = /^\/(?:info|pull-updates|(?:export|sync)(?:\/.*)?)$/;

/** The endpoint of a request; undefined where there is none. */
export function findEndpoint(method: string | undefined, path: string): Endpoint | undefined {
  if (method === "POST") return own(posted, path);
  return method === "GET" ? own(got, path) : undefined;
}

/** The answer to a request that needs no database; undefined where it does. */
export function findGreeting(method: string | undefined, path: string): string | undefined {
  return method === "GET" || method === "HEAD" ? own(greetings, path) : undefined;
}

/** Whether a path is one that only embedded replicas ask for. */
export function isReplicaPath(path: string): boolean {
  return replicaPath.test(path);
}

/**
 * The first thing that a replica asks. It takes a refusal for a server of gRPC, and then fails
 * after three seconds without a reason; told that there is something to fetch, it shows the refusal
 * of that at once.
 */
export function isReplicaGreeting(method: string | undefined, path: string): boolean {
  return method === "GET" && path === "/info";
}

/** The methods of a path, for those who used another one; undefined where nothing has the path. */
export function methodsOf(path: string): string | undefined {
  const methods = [
    ...(own(got, path) === undefined ? [] : ["GET"]),
    ...(own(greetings, path) === undefined ? [] : ["GET", "HEAD"]),
    ...(own(posted, path) === undefined ? [] : ["POST"]),
  ];
  return methods.length === 0 ? undefined : [...methods, "OPTIONS"].join(", ");
}

/** All that is served, for those who asked for something else. */
export const servedPaths: readonly string[] = [
  ...Object.keys(posted).map((path) => `POST ${path}`),
  ...[...Object.keys(got), ...Object.keys(greetings)].map((path) => `GET ${path}`),
];

/** Paths are chosen by clients, and must not find what objects inherit. */
function own<V>(table: Readonly<Record<string, V>>, path: string): V | undefined {
  return Object.hasOwn(table, path) ? table[path] : undefined;
}
