import { onAbort } from "../abortable.ts";
import { TimeoutError } from "../errors.ts";
import type { Outcome, Transport } from "./transport.ts";

/**
 * Limits the time of an attempt, from asking for the token to the last byte of the answer. The
 * request is cancelled, and the attempt ends even where what sends it does not listen to signals.
 */
export function withTimeout(next: Transport, usual: number): Transport {
  return (exchange) =>
    new Promise<Outcome>((resolve, reject) => {
      const { operation, signal, timeout = usual } = exchange;
      // Kept for a second request it would save time, but Workers forbid that.
      const controller = new AbortController();
      const expire = () => {
        const error = new TimeoutError(operation, `no answer in ${timeout} ms`);
        resolve({ response: undefined, text: "", error });
        controller.abort(error);
      };
      // Longer ones would end at once, as timers count in 32 bits.
      const timer = setTimeout(expire, Math.min(timeout, 2 ** 31 - 1));
      const forget =
        signal &&
        onAbort(signal, () => {
          // What was sent may never settle, and a timer keeps Node alive.
          clearTimeout(timer);
          reject(signal.reason);
          controller.abort(signal.reason);
        });
      void next({ ...exchange, signal: controller.signal })
        .then(resolve, reject)
        .then(() => {
          clearTimeout(timer);
          forget?.();
        });
    });
}
