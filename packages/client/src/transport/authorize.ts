import { redact } from "../redact.ts";
import type { Transport } from "./transport.ts";

/**
 * Puts the headers together: the client's, its token, then those of the call itself. What answers
 * with an error may repeat the token, so it is blacked out there.
 *
 * @throws TypeError where one cannot be sent. The text never repeats a value, as `fetch` would.
 */
export function withAuthorization(
  next: Transport,
  clientHeaders: RequestInit["headers"],
  authorization: () => string | Promise<string>,
): Transport {
  return async (exchange) => {
    const token = await authorization();
    let headers: Record<string, string>;
    try {
      headers = {
        accept: "application/json",
        ...(exchange.body === null ? {} : { "content-type": "application/json" }),
        ...plain(clientHeaders),
        authorization: token,
        ...plain(exchange.callHeaders),
      };
    } catch {
      throw new TypeError("a header has an invalid name or value");
    }
    const outcome = await next({ ...exchange, headers });
    if (outcome.error !== undefined || outcome.response.ok) return outcome;
    const secret = headers["authorization"]?.replace(/^bearer /i, "") ?? "";
    return { ...outcome, text: redact(outcome.text, secret) };
  };
}

/** The headers by their names in lower case. Objects of `Headers` cost time, so only where needed. */
function plain(headers: RequestInit["headers"]): Record<string, string> {
  return headers === undefined ? {} : Object.fromEntries(new Headers(headers));
}
