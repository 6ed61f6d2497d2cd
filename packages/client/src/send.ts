import { apiError, readAnswer } from "./answer.ts";
import type { Result } from "./calls.ts";
import { ConnectionError } from "./errors.ts";
import { type AnyCall, requestHeaders, requestInit, requestUrl } from "./request.ts";

/** What sends a request: `fetch` itself, or anything that does as much. */
export type Fetch = (url: string, init: RequestInit) => Response | Promise<Response>;

/** What a client's calls have in common. */
export interface Connection {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  readonly headers: RequestInit["headers"];
  readonly authorization: () => string | Promise<string>;
}

/**
 * Makes one call. What the server or the network does wrong is in the result; it rejects for what
 * the caller did: an unsafe path value, an unusable header, a failing token function, an abort.
 */
export async function send<Data>(connection: Connection, call: AnyCall): Promise<Result<Data>> {
  const { operation } = call;
  const { signal } = call.options;
  signal?.throwIfAborted();
  const url = requestUrl(connection.baseUrl, call);
  const headers = requestHeaders(call, connection.headers, await connection.authorization());
  const init = requestInit(call, headers);

  let response: Response | undefined;
  let text: string;
  try {
    response = await connection.fetch(url, init);
    text = await response.text();
  } catch (cause) {
    signal?.throwIfAborted();
    const reason =
      response === undefined
        ? `no answer from ${new URL(url).origin}${errorNumber(cause)}`
        : `the connection broke in the middle of the answer${errorNumber(cause)}`;
    const error = new ConnectionError(operation, reason, { cause });
    return { data: undefined, error, response };
  }

  const received = { operation, response, text };
  if (response.ok) return readAnswer<Data>(received);
  const secret = headers.get("authorization")?.replace(/^bearer /i, "") ?? "";
  return { data: undefined, error: apiError(received, secret), response };
}

/** The name of a system error, such as `ECONNREFUSED`, which `fetch` hides one level down. */
function errorNumber(cause: unknown): string {
  for (const error of [cause, cause instanceof Error ? cause.cause : undefined]) {
    if (!(error instanceof Error) || !("code" in error)) continue;
    if (typeof error.code === "string" && /^[A-Z_]+$/.test(error.code)) return ` (${error.code})`;
  }
  return "";
}
