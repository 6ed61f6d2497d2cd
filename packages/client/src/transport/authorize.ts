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
    const headers = new Headers({ Accept: "application/json" });
    if (exchange.body !== undefined) headers.set("Content-Type", "application/json");
    try {
      copyHeaders(clientHeaders, headers);
      headers.set("Authorization", token);
      copyHeaders(exchange.callHeaders, headers);
    } catch {
      throw new TypeError("a header of the call or of the client has an invalid name or value");
    }
    const outcome = await next({ ...exchange, headers });
    if (outcome.error !== undefined || outcome.response.ok) return outcome;
    return { ...outcome, text: redact(outcome.text, secretOf(headers)) };
  };
}

/** The token that the headers carry. */
export function secretOf(headers: Headers): string {
  return headers.get("authorization")?.replace(/^bearer /i, "") ?? "";
}

function copyHeaders(from: RequestInit["headers"], to: Headers): void {
  if (from !== undefined) for (const [name, value] of new Headers(from)) to.set(name, value);
}
