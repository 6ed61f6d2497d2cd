import { TimeoutError } from "../errors.ts";
import type { Outcome, Transport } from "./transport.ts";

/** The reason of a cancellation that came from here. */
const expired = Symbol("expired");

/**
 * Limits the time of an attempt, from asking for the token to the last byte of the answer. The
 * request is cancelled, and the attempt ends even where what sends it does not listen to signals.
 */
export function withTimeout(next: Transport, usual: number): Transport {
  return async (exchange) => {
    const { operation, signal, timeout = usual } = exchange;
    const controller = new AbortController();
    let end = (_reason: unknown): void => {};
    const stop = () => end(signal?.reason);
    // Longer ones would end at once: timers count in 32 bits.
    const timer = setTimeout(() => end(expired), Math.min(timeout, 2 ** 31 - 1));
    signal?.addEventListener("abort", stop);
    try {
      // To reject at first hand costs less than to listen to one's own signal.
      return await new Promise<Outcome>((resolve, reject) => {
        end = (reason) => {
          reject(reason);
          controller.abort(reason);
        };
        next({ ...exchange, signal: controller.signal }).then(resolve, reject);
      });
    } catch (error) {
      if (controller.signal.reason !== expired) throw error;
      const late = new TimeoutError(operation, `no whole answer in ${timeout} ms`);
      return { response: undefined, text: "", error: late };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  };
}
