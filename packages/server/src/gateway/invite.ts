import type { IncomingMessage, ServerResponse } from "node:http";

/** Tells a client to send the body of its request, where it waits for that (RFC 9110, 10.1.1). */
export function invite({ headers, httpVersion }: IncomingMessage, response: ServerResponse): void {
  const waits = headers.expect?.toLowerCase() === "100-continue";
  // HTTP/1.0 does not know of it.
  if (waits && httpVersion !== "1.0") response.writeContinue();
}
