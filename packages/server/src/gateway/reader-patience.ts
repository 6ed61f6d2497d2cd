import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Cuts a client off that takes nothing of what is sent to it. Node's timeout of a connection
 * begins anew with every byte that is taken; it runs only while something waits to be.
 */
export class ReaderPatience {
  readonly #socket: Socket | null;
  readonly #timeout: number;
  #isWaiting = false;

  /**
   * @param socket null where the client is gone already
   * @param timeout milliseconds
   */
  constructor(socket: Socket | null, timeout: number) {
    this.#socket = socket;
    this.#timeout = timeout;
  }

  /** All of a response was written; behind another one, it is sent when that has been taken. */
  lookAt(response: ServerResponse): void {
    if (response.socket !== null) return this.look();
    response.once("socket", () => setImmediate(() => this.look()));
  }

  /** Something was sent, or taken. */
  look(): void {
    const socket = this.#socket;
    if (socket === null) return;
    const isWaiting = socket.writableLength > 0;
    if (isWaiting === this.#isWaiting) return;
    this.#isWaiting = isWaiting;
    socket.setTimeout(isWaiting ? this.#timeout : 0);
  }
}
