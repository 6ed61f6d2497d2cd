import type { OperationName } from "../calls.ts";
import type { ConnectionError, TimeoutError } from "../errors.ts";

/** How a client sends a request: what `fetch` needs of a `RequestInit`, whichever package it is of. */
export interface FetchInit {
  method: string;
  redirect: "manual";
  headers: Record<string, string>;
  body: string | null;
  signal: AbortSignal | null;
}

/** What has come: what a client needs of a `Response`, whichever package it is of. */
export interface FetchResponse {
  /** Whether the status is of the 200 family. */
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  /** Where it came from. */
  readonly url: string;
  /** By their names, in whichever case. */
  readonly headers: {
    get(name: string): string | null;
    has(name: string): boolean;
    forEach(callback: (value: string, name: string) => void): void;
  };
  /** The body, which the client has read when it hands a response on. */
  text(): Promise<string>;
}

/** What sends a request: `fetch` itself, or anything that does as much. */
export type Fetch = (url: string, init: FetchInit) => FetchResponse | Promise<FetchResponse>;

/** One request on its way. */
export interface Exchange {
  readonly operation: OperationName;
  readonly url: string;
  readonly method: string;
  readonly body: string | null;
  /** The headers that the call itself brings. */
  readonly headers?: RequestInit["headers"];
  readonly signal?: AbortSignal | undefined;
  /** Counts from 1. */
  readonly attempt: number;
  /** How often the request may be repeated, where the call says so. */
  readonly retries?: number | undefined;
  /** Milliseconds for one attempt, where the call says so. */
  readonly timeout?: number | undefined;
}

/** What became of a request: the whole answer, or why there is none. */
export type Outcome =
  | { readonly response: FetchResponse; readonly text: string; readonly error: undefined }
  | {
      /** Absent where the server was not reached. */
      readonly response: FetchResponse | undefined;
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
