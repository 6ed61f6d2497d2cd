import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { type Dispatcher, Pool } from "undici";
import { onAbort } from "./abortable.ts";
import type { Fetch } from "./transport/transport.ts";

/** How `undiciFetch` connects. */
export interface UndiciOptions {
  /** The most connections to the server at the same time. 32 unless given; further calls wait. */
  connections?: number | undefined;
}

/** A `fetch` for the client on Node's fastest transport. */
export interface UndiciFetch extends Fetch {
  /** Ends the connections when their calls are answered. Further calls fail. */
  close(): Promise<void>;
}

/**
 * Makes what `createClient` and `createPlatform` take as `fetch`, over connections that are kept.
 * It knows what a client of the API needs, and no more: text bodies, no redirects.
 */
export function undiciFetch({ connections = 32 }: UndiciOptions = {}): UndiciFetch {
  const pools = new Map<string, Pool>();
  let isClosed = false;

  const fetch = (url: string, init: RequestInit): Promise<Response> => {
    // The client's URLs are normal already: parsing them again would be for nothing.
    const pathAt = url.indexOf("/", "https://".length);
    const origin = url.slice(0, pathAt);
    let pool = pools.get(origin);
    if (isClosed) return Promise.reject(new TypeError("undiciFetch has been closed"));
    if (pool === undefined) {
      pool = new Pool(origin, { connections });
      pools.set(origin, pool);
    }
    return dispatched(pool, init.signal, {
      path: url.slice(pathAt),
      method: methodOf(init),
      headers: plain(init.headers),
      body: typeof init.body === "string" ? init.body : null,
    });
  };

  return Object.assign(fetch, {
    close: async () => {
      isClosed = true;
      await Promise.all([...pools.values()].map((pool) => pool.close()));
      pools.clear();
    },
  });
}

/**
 * Sends a request and collects its answer as it comes off the wire: streams, of undici or of
 * `Response`, would take most of the time that is won.
 */
function dispatched(
  pool: Pool,
  signal: RequestInit["signal"],
  options: Dispatcher.DispatchOptions,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let response: Response | undefined;
    let coding: string | string[] | undefined;
    const chunks: Buffer[] = [];
    const abort = () => {
      reject(signal?.reason);
      controller?.abort(signal?.reason);
    };
    const forget = signal ? onAbort(signal, abort) : () => {};
    pool.dispatch(options, {
      onRequestStart: (started) => {
        controller = started;
        // It may have waited for a connection.
        if (signal?.aborted === true) abort();
      },
      onResponseStart: (_, status, headers) => {
        // Such as 103, which the answer follows.
        if (status < 200) return;
        response = new Response(null, { status, headers: flat(headers) });
        coding = headers["content-encoding"];
      },
      onResponseData: (_, chunk) => void chunks.push(chunk),
      onResponseEnd: () => {
        forget();
        if (response === undefined) return;
        const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
        const text = async () =>
          coding === undefined ? decoder.decode(body) : await decoded(body, String(coding));
        resolve(Object.assign(response, { text }));
      },
      onResponseError: (_, error) => {
        forget();
        if (response === undefined) {
          // Wrapped as `fetch` does it.
          return reject(new TypeError("fetch failed", { cause: error }));
        }
        // As with `fetch`, the head is there, and its body is what fails.
        resolve(Object.assign(response, { text: () => Promise.reject(error) }));
      },
    });
  });
}

const decoder = new TextDecoder();

const decoders = new Map(
  Object.entries({ gzip: gunzip, "x-gzip": gunzip, deflate: inflate, br: brotliDecompress }).map(
    ([coding, decode]) => [coding, promisify<Buffer, Buffer>(decode)],
  ),
);

/** Nobody asked for an encoded body, but proxies are known to send one all the same. */
async function decoded(body: Buffer | undefined, codings: string): Promise<string> {
  if (body === undefined || body.length === 0) return "";
  let bytes = body;
  // What was done last is undone first.
  for (const coding of codings
    .toLowerCase()
    .split(/\s*,\s*/)
    .toReversed()) {
    bytes = (await decoders.get(coding)?.(bytes)) ?? bytes;
  }
  return decoder.decode(bytes);
}

/** The client passes plain objects; anything else is read as `fetch` reads it. */
function plain(headers: RequestInit["headers"]): Record<string, string> {
  return isPlain(headers) ? headers : Object.fromEntries(new Headers(headers));
}

function isPlain(headers: RequestInit["headers"]): headers is Record<string, string> {
  return !(headers === undefined || headers instanceof Headers || Array.isArray(headers));
}

function methodOf({ method = "GET" }: RequestInit): Dispatcher.HttpMethod {
  switch (method) {
    case "GET":
    case "POST":
    case "PUT":
    case "PATCH":
    case "DELETE":
      return method;
    default:
      throw new TypeError("the client has no such method");
  }
}

/** Headers that come several times are one, their values separated by commas, as HTTP has it. */
function flat(
  received: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value = ""] of Object.entries(received)) headers[name] = String(value);
  return headers;
}
