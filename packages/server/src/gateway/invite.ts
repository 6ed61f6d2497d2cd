import type { IncomingMessage, ServerResponse } from "node:http";

/** Tells a client to send the body of its request, where it waits for that (RFC 9110, 10.1.1). */
export function invite({ headers }: IncomingMessage, response: ServerResponse): void {
  if (headers.expect?.toLowerCase() === "100-continue") response.writeContinue();
}
