import { SqlError } from "./errors.ts";
import type { BatchStep, Condition } from "./requests.ts";
import type { Steps } from "./session.ts";
import type { Stream } from "./stream.ts";

/** How one step of a batch ended: not run at all where its condition did not hold. */
export type Outcome = "ok" | "error" | "skipped";

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
  const outcomes: Outcome[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.condition !== undefined && !holds(step.condition, outcomes, stream)) {
      outcomes.push("skipped");
      continue;
    }
    try {
      yield* run(step, index);
      outcomes.push("ok");
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      outcomes.push("error");
      failed(index, error);
    }
  }
}

function holds(condition: Condition, outcomes: readonly Outcome[], stream: Stream): boolean {
  switch (condition.type) {
    case "ok":
    case "error":
      return outcomes[condition.step] === condition.type;
    case "not":
      return !holds(condition.condition, outcomes, stream);
    case "and":
      return condition.conditions.every((each) => holds(each, outcomes, stream));
    case "or":
      return condition.conditions.some((each) => holds(each, outcomes, stream));
    case "is_autocommit":
      return stream.session.isAutocommit();
  }
}
