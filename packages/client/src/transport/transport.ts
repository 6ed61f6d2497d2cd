import type { OperationName } from "../calls.ts";
import { ConnectionError, type TimeoutError } from "../errors.ts";

/** What sends a request: `fetch` itself, or anything that does as much. */
export type Fetch = (url: string, init: RequestInit) => Response | Promise<Response>;

/** One request on its way. */
export interface Exchange {
  readonly operation: OperationName;
  readonly url: string;
  readonly method: string;
  readonly body: string | null;
  /** The headers that the call itself brings. */
  readonly callHeaders: RequestInit["headers"];
  /** All headers, once the token is known. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  /** Counts from 1. */
  readonly attempt: number;
  /** How often the request may be repeated, where the call says so. */
  readonly retries?: number | undefined;
  /** Milliseconds for one attempt, where the call says so. */
  readonly timeout?: number | undefined;
}

/** What became of a request: the whole answer, or why there is none. */
export type Outcome =
  | { readonly response: Response; readonly text: string; readonly error: undefined }
  | {
      /** Absent where the server was not reached. */
      readonly response: Response | undefined;
      readonly text: "";
      readonly error: ConnectionError | TimeoutError;
    };

/**
 * Sends one request. It rejects for what the caller did, such as an abort; what the network does is
 * in the outcome. What a client does besides sending is a chain of functions from one to another.
 */
export type Transport = (exchange: Exchange) => Promise<Outcome>;

/** A link of the chain. */
export type Middleware = (next: Transport) => Transport;

/** The end of the chain: sends the request and reads the whole answer. */
export function sendWith(fetch: Fetch): Transport {
  return async ({ operation, url, method, body, headers = {}, signal = null }) => {
    let response: Response | undefined;
    try {
      response = await fetch(url, {
        method,
        // Followed, a redirect turns POST into GET and hands the body to another host.
        redirect: "manual",
        headers: { ...headers },
        body,
        signal,
      });
      return { response, text: await response.text(), error: undefined };
    } catch (cause) {
      signal?.throwIfAborted();
      const number = systemError(cause).replace(/.+/, " ($&)");
      const reason =
        response === undefined
          ? `no answer from ${new URL(url).origin}`
          : "the connection broke in the middle of the answer";
      const error = new ConnectionError(operation, reason + number, { cause });
      return { response, text: "", error };
    }
  };
}

/** The name of a system error, such as `ECONNREFUSED`, which `fetch` hides one level down. */
export function systemError(cause: unknown): string {
  if (!(cause instanceof Error)) return "";
  const code = "code" in cause ? String(cause.code) : "";
  return /^[A-Z]\w+$/.test(code) ? code : systemError(cause.cause);
}
