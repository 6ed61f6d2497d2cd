/** What is to be undone when the server stops, the last first. */
export type Undo = (() => void | Promise<void>)[];

/** Takes every step, also after one that fails; then throws what the first of those threw. */
export async function undoAll(undo: Undo): Promise<void> {
  const failures: unknown[] = [];
  for (const step of undo.splice(0).toReversed()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
