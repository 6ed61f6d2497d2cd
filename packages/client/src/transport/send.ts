import { ConnectionError } from "../errors.ts";
import { redact } from "../redact.ts";
import { bearer, type TokenSource } from "../token.ts";
import type { Fetch, FetchResponse, Transport } from "./transport.ts";

/**
 * The end of the chain: sends the request and reads the whole answer. It rejects with a TypeError
 * where a header cannot be sent; the text never repeats its value, as `fetch` would.
 */
export function sendWith(
  fetch: Fetch,
  usual: RequestInit["headers"],
  token: TokenSource,
): Transport {
  const known = typeof token === "function" ? "" : bearer(token);
  return async ({ operation, url, method, body, headers: own, signal = null }) => {
    const authorization = typeof token === "function" ? bearer(await token()) : known;
    const headers: Record<string, string> = {
      accept: "application/json",
      ...(body && { "content-type": "application/json" }),
      ...plain(usual),
      authorization,
      ...plain(own),
    };
    let response: FetchResponse | undefined;
    try {
      // Followed, a redirect turns POST into GET and hands the body to another host.
      response = await fetch(url, { method, redirect: "manual", headers, body, signal });
      const text = await response.text();
      // An answer may hold a fresh token, to be read. What is none may repeat the request's.
      // Two searches, as one that looks ahead takes several times as long.
      const isAnswer = response.ok && /^\s*[{[]/.test(text) && !/"error": ?"[^"]/.test(text);
      return {
        response,
        text: isAnswer ? text : redact(text, headers["authorization"]),
        error: undefined,
      };
    } catch (cause) {
      const reason = response ? "the answer broke off" : `no answer from ${new URL(url).origin}`;
      const number = systemError(cause).replace(/.+/, " ($&)");
      const error = new ConnectionError(operation, reason + number, { cause });
      return { response, text: "", error };
    }
  };
}

/**
 * The headers by their names in lower case. Objects of `Headers` cost time, so only where needed.
 *
 * @throws TypeError where one cannot be sent
 */
export function plain(headers: RequestInit["headers"]): Record<string, string> | undefined {
  try {
    return headers && Object.fromEntries(new Headers(headers));
  } catch {
    throw new TypeError("headers must be one line of Latin-1");
  }
}

/** The name of a system error, such as `ECONNREFUSED`, which `fetch` hides one level down. */
export function systemError(cause: unknown): string {
  if (!(cause instanceof Error)) return "";
  // What came in place of an answer, which may repeat the request.
  if ("data" in cause) Reflect.set(cause, "data", "");
  const code = String(Reflect.get(cause, "code"));
  return /^[A-Z]\w+$/.test(code) ? code : systemError(cause.cause);
}
