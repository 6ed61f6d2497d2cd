import type { Duplex } from "node:stream";
// The global one may be a fake in the process of somebody's tests.
import { setImmediate } from "node:timers";
import type { Order } from "./orders.ts";
import { encodeCommandHeader, framesPerWrite } from "./wire/frames.ts";

/** Up to here, copying a frame behind the others costs less than a second piece to write. */
const copiedLength = 64 * 1024;

/** Writes commands to an engine process: one write for a few of them, and one at the end of a turn. */
export class FrameWriter {
  #pipe: Duplex | undefined;
  #outgoing: Buffer[] = [];
  #isFlushDue = false;

  /** Writes what has come and what will come to a pipe; nothing more where that is undefined. */
  set pipe(pipe: Duplex | undefined) {
    this.#pipe = pipe;
    this.flush();
  }

  write(id: number, order: Order): void {
    if (!this.#isFlushDue) {
      this.#isFlushDue = true;
      setImmediate(() => {
        this.#isFlushDue = false;
        this.flush();
      });
    }
    this.#outgoing.push(encodeCommandHeader(id, order), order.body);
    if (this.#outgoing.length >= 2 * framesPerWrite) this.flush();
  }

  flush(): void {
    if (this.#outgoing.length === 0 || this.#pipe === undefined) return;
    const frames = this.#outgoing;
    this.#outgoing = [];
    if (frames.some((frame) => frame.length > copiedLength)) {
      this.#pipe.cork();
      for (const frame of frames) this.#pipe.write(frame);
      this.#pipe.uncork();
    } else {
      this.#pipe.write(Buffer.concat(frames));
    }
  }
}
