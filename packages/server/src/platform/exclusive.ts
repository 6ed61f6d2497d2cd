/** Runs `task` when no other task of the same key is running, and returns what it returns. */
export type Exclusive = <T>(key: string, task: () => Promise<T>) => Promise<T>;

/** Makes an {@link Exclusive} with keys of its own. Waiting tasks run in the order of their calls. */
export function createExclusive(): Exclusive {
  const last = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const previous = last.get(key);
    // A task starts whether or not the one before it succeeded.
    const running = previous === undefined ? task() : previous.then(task, task);
    last.set(key, running);
    try {
      return await running;
    } finally {
      if (last.get(key) === running) last.delete(key);
    }
  };
}
