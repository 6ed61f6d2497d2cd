import type { IncomingMessage } from "node:http";
import type { Failure } from "../engine/engine.ts";
import { noHost, severalHosts } from "./failures.ts";

/** Why a request cannot be served whose Host header is not there once; HTTP/1.0 needs none. */
export function checkHost(request: IncomingMessage): Failure | undefined {
  const hosts = countHosts(request);
  if (hosts > 1) return severalHosts;
  return hosts === 0 && request.httpVersion !== "1.0" ? noHost : undefined;
}

function countHosts({ rawHeaders }: IncomingMessage): number {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === "host") hosts += 1;
  }
  return hosts;
}
