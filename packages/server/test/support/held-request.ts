import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { TestDatabase } from "./server.ts";

/** A request to a database that has begun and does not end. */
export class HeldRequest {
  readonly socket: Socket;
  /** What the server says to it. */
  answer = "";

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => (this.answer += chunk.toString()));
  }

  /** @param length how much of its body is sent, when the server has asked for it, in bytes */
  static async begin({ url, token }: TestDatabase, length: number): Promise<HeldRequest> {
    const { hostname, port, pathname, host } = new URL(url);
    const held = new HeldRequest(connect(Number(port), hostname));
    held.socket.write(
      `POST ${pathname}v3/pipeline HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${length + 1}\r\n` +
        `expect: 100-continue\r\nauthorization: Bearer ${token}\r\n\r\n`,
    );
    await once(held.socket, "data");
    held.socket.write(" ".repeat(length));
    return held;
  }
}
