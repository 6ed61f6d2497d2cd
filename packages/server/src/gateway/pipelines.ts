import type { Socket } from "node:net";

/** How many requests of one connection may come together. */
const most = 128;
/** From here on, it is worth asking whether they do. */
const several = 32;

/**
 * Sees to it that nobody sends requests by the hundred without waiting for an answer: Node hands
 * over all that one read of a connection holds before it looks at another one.
 */
export class Pipelines {
  /** Whose requests came last, and how many of them one after the other. */
  #socket: Socket | undefined;
  #count = 0;

  /** Whether a request may be served; where not, its connection is cut off. */
  admit(socket: Socket): boolean {
    if (socket !== this.#socket) {
      this.#socket = socket;
      this.#count = 0;
    }
    this.#count += 1;
    // Those of a client that waits for its answers come in turns of their own.
    if (this.#count === several) setImmediate(() => (this.#count = 0));
    if (this.#count <= most) return true;
    socket.destroy();
    return false;
  }
}
