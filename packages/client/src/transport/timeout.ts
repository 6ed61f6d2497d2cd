import { abortable } from "../clock.ts";
import { TimeoutError } from "../errors.ts";
import type { Transport } from "./transport.ts";

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
    const stop = () => controller.abort(signal?.reason);
    const timer = setTimeout(
      () => controller.abort(expired),
      // Longer ones would end at once: timers count in 32 bits.
      Math.min(timeout, 2 ** 31 - 1),
    );
    signal?.addEventListener("abort", stop);
    try {
      const outcome = next({ ...exchange, signal: controller.signal });
      return await abortable(outcome, controller.signal);
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
