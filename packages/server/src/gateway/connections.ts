import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * The connections of a server, as long as they are open. Node's own list leaves out those that wait
 * to become a WebSocket, or are one.
 */
export function connectionsOf(server: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    if (open.has(socket)) return;
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return open;
}
