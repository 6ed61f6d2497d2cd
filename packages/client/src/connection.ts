import { apiError, readAnswer } from "./answer.ts";
import { defaultBaseUrl, readBaseUrl } from "./base-url.ts";
import type { Result } from "./calls.ts";
import { type AnyCall, requestUrl } from "./request.ts";
import { bearer, type TokenSource } from "./token.ts";
import { withAuthorization } from "./transport/authorize.ts";
import { type Fetch, type Middleware, sendWith, type Transport } from "./transport/transport.ts";

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
  baseUrl = defaultBaseUrl,
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
    transport: use(withAuthorization(sendWith(fetch), headers, bearer(token))),
  };
}

/**
 * Makes one call. What the server or the network does wrong is in the result; it rejects for what
 * the caller did: an unsafe path value, an unusable header, a failing token function, an abort.
 */
export async function send<Data>(
  { baseUrl, transport }: Connection,
  { operation, options }: AnyCall,
): Promise<Result<Data>> {
  const { params, body, headers: callHeaders, signal, ...limits } = options;
  signal?.throwIfAborted();
  const [method = "", template = ""] = operation.split(" ");
  const { response, text, error } = await transport({
    ...limits,
    operation,
    url: requestUrl(baseUrl, template, params),
    method,
    body: body === undefined ? null : JSON.stringify(body),
    callHeaders,
    signal,
    attempt: 1,
  });
  if (error !== undefined) return { data: undefined, error, response };
  if (response.ok) return readAnswer<Data>({ operation, response, text });
  return { data: undefined, error: apiError({ operation, response, text }), response };
}
