import { createQuerySerializer } from "openapi-fetch";
import type { HttpMethod, OperationName, RequestOptions } from "./calls.ts";
import { fillPath } from "./path.ts";

/** A call of any operation, its types left behind. */
export interface AnyCall {
  readonly operation: OperationName;
  readonly method: HttpMethod;
  readonly path: string;
  readonly options: AnyCallOptions;
}

/** The options of any operation. */
export interface AnyCallOptions extends RequestOptions {
  params?: { path?: Record<string, unknown>; query?: Record<string, unknown> };
  body?: unknown;
}

const serializeQuery = createQuerySerializer<Record<string, unknown>>();

/** The URL of a call. */
export function requestUrl(baseUrl: string, { path, options }: AnyCall): string {
  const { params } = options;
  const url = baseUrl + fillPath(path, params?.path ?? {});
  const query = serializeQuery(params?.query ?? {});
  return query === "" ? url : `${url}?${query}`;
}

/** The rest of the request of a call. */
export function requestInit(call: AnyCall, headers: Headers): RequestInit {
  const { body, signal } = call.options;
  return {
    method: call.method,
    headers,
    // Followed, a redirect turns POST into GET and hands the body to another host.
    redirect: "manual",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/**
 * The headers of a call: the client's, its token, then those of the call itself.
 *
 * @throws TypeError where one cannot be sent. The text never repeats a value, as `fetch` would.
 */
export function requestHeaders(
  call: AnyCall,
  clientHeaders: RequestInit["headers"],
  authorization: string,
): Headers {
  const headers = new Headers({ Accept: "application/json" });
  if (call.options.body !== undefined) headers.set("Content-Type", "application/json");
  try {
    copyHeaders(clientHeaders, headers);
    headers.set("Authorization", authorization);
    copyHeaders(call.options.headers, headers);
  } catch {
    throw new TypeError("a header of the call or of the client has an invalid name or value");
  }
  return headers;
}

function copyHeaders(from: RequestInit["headers"], to: Headers): void {
  if (from === undefined) return;
  for (const [name, value] of new Headers(from)) to.set(name, value);
}
