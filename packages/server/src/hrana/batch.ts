import { SqlError } from "./errors.ts";
import type { BatchStep, Condition } from "./requests.ts";
import type { Steps } from "./session.ts";
import type { Stream } from "./stream.ts";

/**
 * Sees to it that a batch has all its texts before any of it is run.
 *
 * @throws ProtocolError where a text is not stored on the stream
 */
export function checkTexts({ texts }: Stream, steps: readonly BatchStep[]): void {
  for (const { statement } of steps) texts.resolve(statement.source);
}

/** Runs one step; throws `SqlError` where its statement fails. */
export type StepRunner = (step: BatchStep, index: number) => Steps<void>;

/**
 * Runs the steps of a batch in order, each where its condition holds (Hrana 3, “Batches”).
 *
 * @param failed told of each step that failed
 */
export function* runBatch(
  stream: Stream,
  steps: readonly BatchStep[],
  run: StepRunner,
  failed: (index: number, error: SqlError) => void,
): Steps<void> {
  const succeeded = new Set<number>();
  for (const [index, step] of steps.entries()) {
    if (step.condition !== undefined && !holds(step.condition, succeeded, stream)) continue;
    try {
      yield* run(step, index);
      succeeded.add(index);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      failed(index, error);
      if (error.code !== "TRANSACTION_TIMEOUT") continue;
      // They are meant for the transaction that is gone, as those are whose conditions ask for none.
      for (let rest = index + 1; rest < steps.length; rest += 1) failed(rest, error);
      return;
    }
  }
}

function holds(condition: Condition, succeeded: ReadonlySet<number>, stream: Stream): boolean {
  switch (condition.type) {
    case "ok":
      return succeeded.has(condition.step);
    case "error":
      // Also where it was skipped: sqld, and the protocol as Turso Cloud speaks it, have it so.
      return !succeeded.has(condition.step);
    case "not":
      return !holds(condition.condition, succeeded, stream);
    case "and":
      return condition.conditions.every((each) => holds(each, succeeded, stream));
    case "or":
      return condition.conditions.some((each) => holds(each, succeeded, stream));
    case "is_autocommit":
      return stream.session.isAutocommit();
  }
}
