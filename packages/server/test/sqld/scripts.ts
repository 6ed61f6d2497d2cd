import fc from "fast-check";
import { type Statement, withArguments } from "./arguments.ts";
import { read, statementText } from "./statements.ts";

/** One request over HTTP: on the stream that writes, or on the one that only reads. */
export interface Step {
  readonly stream: "writer" | "reader";
  readonly version: 2 | 3;
  readonly requests: readonly Request[];
}

/** A request of a pipeline. */
export type Request =
  | { readonly type: "execute"; readonly stmt: Statement }
  | { readonly type: "batch"; readonly batch: { readonly steps: readonly BatchStep[] } }
  | { readonly type: "sequence" | "describe"; readonly sql?: string; readonly sql_id?: number }
  | { readonly type: "store_sql"; readonly sql_id: number; readonly sql: string }
  | { readonly type: "close_sql"; readonly sql_id: number }
  | { readonly type: "get_autocommit" | "close" };

interface BatchStep {
  readonly stmt: Statement;
  readonly condition?: Condition;
}

type Condition =
  | { readonly type: "ok" | "error"; readonly step: number }
  | { readonly type: "not"; readonly cond: Condition }
  | { readonly type: "and" | "or"; readonly conds: readonly Condition[] }
  | { readonly type: "is_autocommit" };

function condition(step: number): fc.Arbitrary<Condition> {
  const autocommit = fc.constant<Condition>({ type: "is_autocommit" });
  const leaf =
    step === 0
      ? autocommit
      : fc.record({
          type: fc.constantFrom("ok" as const, "error" as const),
          step: fc.nat({ max: step - 1 }),
        });
  return fc.letrec<{ any: Condition }>((tie) => ({
    any: fc.oneof(
      { depthSize: "small" },
      { weight: 3, arbitrary: leaf },
      autocommit,
      tie("any").map((cond): Condition => ({ type: "not", cond })),
      fc
        .tuple(
          fc.constantFrom("and" as const, "or" as const),
          fc.array(tie("any"), { maxLength: 3 }),
        )
        .map(([type, conds]): Condition => ({ type, conds })),
    ),
  })).any;
}

function batch(text: fc.Arbitrary<string>): fc.Arbitrary<Request> {
  return fc
    .array(withArguments(text), { maxLength: 5 })
    .chain((statements) =>
      fc.tuple(
        ...statements.map((stmt, index) =>
          fc
            .option(condition(index), { nil: undefined })
            .map((given): BatchStep =>
              given === undefined ? { stmt } : { stmt, condition: given },
            ),
        ),
      ),
    )
    .map((steps): Request => ({ type: "batch", batch: { steps } }));
}

const sqlId = fc.integer({ min: 0, max: 1 });

function request(text: fc.Arbitrary<string>): fc.Arbitrary<Request> {
  const several = fc.array(text, { maxLength: 4 }).map((texts) => texts.join(";\n"));
  return fc.oneof(
    {
      weight: 8,
      arbitrary: withArguments(text).map((stmt): Request => ({ type: "execute", stmt })),
    },
    { weight: 3, arbitrary: batch(text) },
    several.map((sql): Request => ({ type: "sequence", sql })),
    text.map((sql): Request => ({ type: "describe", sql })),
    fc.constant<Request>({ type: "get_autocommit" }),
    fc.tuple(sqlId, text).map(([sql_id, sql]): Request => ({ type: "store_sql", sql_id, sql })),
    sqlId.map((sql_id): Request => ({ type: "close_sql", sql_id })),
    fc
      .tuple(sqlId, fc.constantFrom("sequence" as const, "describe" as const))
      .map(([sql_id, type]): Request => ({ type, sql_id })),
  );
}

function stepOn(stream: Step["stream"], text: fc.Arbitrary<string>): fc.Arbitrary<Step> {
  const requests = fc.array(request(text), { maxLength: 5 });
  const ended = fc
    .tuple(requests, fc.boolean())
    .map(([each, isLast]): Request[] => (isLast ? [...each, { type: "close" }] : each));
  return fc.record({
    stream: fc.constant(stream),
    version: fc.constantFrom<(2 | 3)[]>(3, 3, 3, 2),
    requests: ended,
  });
}

/** What a client does, over two streams of which one only reads: nobody waits for a lock. */
export const script: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: stepOn("writer", statementText) },
    { weight: 1, arbitrary: stepOn("reader", read) },
  ),
  { minLength: 1, maxLength: 6 },
);
