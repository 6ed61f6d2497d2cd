/** What waits for each signal. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back when the signal comes, or at once where it has come. However many wait for a signal,
 * it has one listener: with eleven, Node 20 warns of a leak.
 *
 * @returns what ends the waiting
 */
export function onAbort(signal: AbortSignal, stop: () => void): () => void {
  if (signal.aborted) stop();
  const stops = waiting.get(signal) ?? new Set();
  if (!waiting.has(signal)) {
    waiting.set(signal, stops);
    signal.addEventListener("abort", () => {
      for (const each of stops) each();
    });
  }
  stops.add(stop);
  return () => stops.delete(stop);
}

/** The promise, given up with the signal's reason where the signal comes first. */
export function abortable<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(forget);
  });
}
