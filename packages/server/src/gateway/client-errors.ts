import { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Failure } from "../engine/engine.ts";
import { headerTooLarge, noRequest, requestTimeout } from "./failures.ts";
import { refuseRaw } from "./refusal.ts";

/** Answers what Node cannot read as a request, or did not get whole in time. */
export function answerClientError(error: Error, socket: Duplex): void {
  if (!socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  refuseRaw(socket, describe(error));
  socket.once("finish", () => socket.destroy());
}

/** The answer to an earlier request is on its way, and another one would end up in it. */
function isAnswering(socket: Duplex): boolean {
  return responseUnderWay(socket)?.headersSent === true;
}

/** The response that a connection is kept for; what follows it waits. */
export function responseUnderWay(socket: Duplex): ServerResponse | undefined {
  // Node looks at this property for the same question.
  const response: unknown = Reflect.get(socket, "_httpMessage");
  return response instanceof ServerResponse ? response : undefined;
}

function describe(error: Error): Failure {
  const code = "code" in error ? error.code : undefined;
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return requestTimeout;
  return code === "HPE_HEADER_OVERFLOW" ? headerTooLarge : noRequest(error);
}
