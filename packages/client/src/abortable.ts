/** What waits for each signal. */
const waiting = new WeakMap<object, Set<() => void>>();

/** One function for all signals: added again, it still is one listener. */
function tellAll({ target }: Event): void {
  for (const stop of waiting.get(Object(target)) ?? []) stop();
}

/**
 * Calls back when the signal comes, or at once where it has come. However many wait for a signal,
 * it has one listener: with eleven, Node 20 warns of a leak. Where nobody waits it has none, since
 * a listener keeps some signals in memory.
 *
 * @returns what ends the waiting
 */
export function onAbort(signal: AbortSignal, stop: () => void): () => void {
  if (signal.aborted) stop();
  const stops = waiting.get(signal) ?? new Set();
  waiting.set(signal, stops.add(stop));
  signal.addEventListener("abort", tellAll);
  return () => {
    stops.delete(stop);
    if (stops.size === 0) signal.removeEventListener("abort", tellAll);
  };
}

/** The promise, given up with the signal's reason where the signal comes first. */
export function abortable<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(forget);
  });
}
