import { readAnswer } from "./answer.ts";
import { readBaseUrl } from "./base-url.ts";
import type { MethodOptions, OperationName, Result } from "./calls.ts";
import { requestUrl } from "./request.ts";
import type { TokenSource } from "./token.ts";
import { abortable } from "./abortable.ts";
import { sendWith } from "./transport/send.ts";
import type { Fetch, Middleware, Transport } from "./transport/transport.ts";

/** What a client is made from. */
export interface ClientOptions {
  /** Where the API is, with or without `/v1` at its end. Turso Cloud unless given. */
  baseUrl?: string | URL | undefined;
  /** A platform token, or a function that is asked for one before each request. */
  token: TokenSource;
  /** Sends the requests, in place of the global `fetch`. */
  fetch?: Fetch | undefined;
  /** Headers of every request. */
  headers?: RequestInit["headers"];
  /** What is done besides sending: `resilience()`. Nothing unless given. */
  use?: Middleware | undefined;
}

/** What a client's calls have in common. */
export interface Connection {
  readonly baseUrl: string;
  readonly transport: Transport;
  /** The URL at which a database client connects. */
  readonly databaseUrl: (database: { readonly Hostname: string }) => string;
}

/**
 * Checks the options and puts together what sends the requests.
 *
 * @throws TypeError where one of them cannot be used
 */
export function openConnection({
  baseUrl,
  token,
  // Looked up at each call, so that a replaced global takes effect.
  fetch = (url, init) => globalThis.fetch(url, init),
  headers,
  use = (transport) => transport,
}: ClientOptions): Connection {
  const url = readBaseUrl(baseUrl);
  const scheme = url.startsWith("http:") ? "http" : "libsql";
  return {
    baseUrl: url,
    databaseUrl: ({ Hostname }) => `${scheme}://${Hostname}`,
    transport: use(sendWith(fetch, headers, token)),
  };
}

/** The data of a result. It throws the error in its place. */
export function dataOf<Data>({ data, error }: Result<Data>): Data {
  if (error) throw error;
  return data;
}

/**
 * Makes one call. What the server or the network does wrong is in the result; it rejects for what
 * the caller did: an unusable header, a failing token function, an abort.
 *
 * @param pathValue The value of a parameter of the path.
 * @throws what the caller can be told at once: an unsafe path value, a signal that is aborted
 */
export function send<Data>(
  { baseUrl, transport }: Connection,
  operation: OperationName,
  options: MethodOptions,
  pathValue: (name: string) => unknown,
  query?: Readonly<Record<string, unknown>>,
  body?: unknown,
): Promise<Result<Data>> {
  const { signal } = options;
  signal?.throwIfAborted();
  const [method = "", template = ""] = operation.split(" ");
  const outcome = transport({
    ...options,
    operation,
    url: requestUrl(baseUrl, template, pathValue, query),
    method,
    body: JSON.stringify(body) ?? null,
    attempt: 1,
  });
  // Not async, here and in what this calls: each wait of its own would cost every call.
  return abortable(outcome, signal).then((received) => readAnswer<Data>(operation, received));
}
