import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** What is to be told when a connection closes, for the responses that wait for it. */
const waiting = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls back once, when a response is over, whether it was sent or not. A response that waits for
 * an earlier one on the same connection (HTTP pipelining) never hears that it has closed.
 */
export function whenOver(response: ServerResponse, over: () => void): void {
  const { socket } = response.req;
  if (response.socket !== null) {
    response.once("close", over);
    return;
  }
  if (socket.destroyed) {
    over();
    return;
  }
  const all = waitingFor(socket);
  const finish = () => {
    if (all.delete(finish)) over();
  };
  all.add(finish);
  response.once("close", finish);
}

function waitingFor(socket: Socket): Set<() => void> {
  const known = waiting.get(socket);
  if (known !== undefined) return known;
  const all = new Set<() => void>();
  waiting.set(socket, all);
  socket.once("close", () => {
    for (const finish of all) finish();
  });
  return all;
}
