import type { Clock, Exchange, Outcome } from "@logicaldb/client";
import { ConnectionError } from "@logicaldb/client";

/** A clock that jumps over every sleep, and chance that is always the same. */
export function testClock(random = 0.5): Clock & { readonly slept: number[]; time: number } {
  const slept: number[] = [];
  return {
    slept,
    time: Date.UTC(2026, 0, 1),
    now() {
      return this.time;
    },
    async sleep(milliseconds, signal) {
      slept.push(milliseconds);
      this.time += milliseconds;
      signal?.throwIfAborted();
    },
    random: () => random,
  };
}

/** A request, of an operation that may be repeated unless told otherwise. */
export function exchange(fields: Partial<Exchange> = {}): Exchange {
  return {
    operation: "GET /v1/locations",
    url: "http://127.0.0.1:1/v1/locations",
    method: "GET",
    body: null,
    attempt: 1,
    ...fields,
  };
}

/** A whole answer. */
export function answer(status: number, headers: Record<string, string> = {}): Outcome {
  const text = "{}";
  return { response: new Response(text, { status, headers }), text, error: undefined };
}

/** A connection that failed with a system error. */
export function failure(code: string): Outcome {
  const cause = new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
  const error = new ConnectionError("GET /v1/locations", "no answer", { cause });
  return { response: undefined, text: "", error };
}
