import type { FetchResponse } from "./transport/transport.ts";

/** A header of a response, empty where there is none. */
export function header(response: FetchResponse | undefined, name: string): string {
  return response?.headers.get(name) ?? "";
}

/** The id by which the server's log knows the request. */
export function requestId(response: FetchResponse | undefined): string | undefined {
  return header(response, "x-request-id") || undefined;
}
