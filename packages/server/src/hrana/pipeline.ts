import { checkTexts, runBatch } from "./batch.ts";
import type { Answer, Encoding, Piece } from "./encoding.ts";
import { SqlError } from "./errors.ts";
import { type RequestLimits, ResponseLimit } from "./limits.ts";
import type { BatchStep, StatementRequest, StreamRequest, StreamWork } from "./requests.ts";
import type { Steps } from "./session.ts";
import type { Stream } from "./stream.ts";

/** The results of a pipeline, and whether it closed its stream. */
export interface PipelineOutcome<T> {
  readonly results: readonly T[];
  readonly closed: boolean;
}

/**
 * Runs the requests of a pipeline in order. One that fails does not stop the later ones
 * (Hrana 3 over HTTP, “Execute a pipeline of requests”).
 *
 * @throws ProtocolError where a request names what its stream does not have
 */
export function* runPipeline<T extends Piece>(
  stream: Stream,
  requests: readonly StreamRequest[],
  encoding: Encoding<T>,
  limits: RequestLimits,
): Steps<PipelineOutcome<T>> {
  const limit = new ResponseLimit(limits);
  const results: T[] = [];
  for (const request of requests) {
    try {
      results.push(encoding.ok(yield* respond(stream, request, encoding, limit)));
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      results.push(encoding.failed(error));
    }
  }
  return { results, closed: requests.at(-1)?.type === "close" };
}

function* respond<T extends Piece>(
  stream: Stream,
  request: StreamRequest,
  encoding: Encoding<T>,
  limit: ResponseLimit,
): Steps<Answer<T>> {
  switch (request.type) {
    case "store_sql":
    case "close_sql":
      stream.texts.apply(request);
      break;
    case "close":
      break;
    default:
      return yield* runWork(stream, request, encoding, limit);
  }
  return { type: request.type };
}

/**
 * Runs one request on a stream.
 *
 * @throws SqlError where its statement fails, ProtocolError where it names what is not there
 */
export function* runWork<T extends Piece>(
  stream: Stream,
  work: StreamWork,
  encoding: Encoding<T>,
  limit: ResponseLimit,
): Steps<Answer<T>> {
  const { type } = work;
  switch (type) {
    case "execute":
      return { type, result: yield* execute(stream, work.statement, encoding, limit) };
    case "batch":
      return { type, ...(yield* batch(stream, work.steps, encoding, limit)) };
    case "sequence":
      yield* stream.session.sequence(stream.texts.resolve(work.source));
      return { type };
    case "describe": {
      const sql = stream.texts.resolve(work.source);
      return { type, description: yield* stream.session.describe(sql) };
    }
    case "get_autocommit":
      return { type, isAutocommit: stream.session.isAutocommit() };
  }
}

/** Runs one statement; the result is the encoding's. */
export function* execute<T extends Piece>(
  stream: Stream,
  statement: StatementRequest,
  encoding: Encoding<T>,
  limit: ResponseLimit,
): Steps<T> {
  const result = encoding.result(limit, statement.wantRows);
  const sql = stream.texts.resolve(statement.source);
  return result.finish(yield* stream.session.execute(sql, statement.args, result));
}

/**
 * Runs a pipeline of one statement, which then closes its stream.
 *
 * @returns the body of the answer
 * @throws SqlError where the statement fails
 */
export function* runOnly<T extends Piece>(
  stream: Stream,
  statement: StatementRequest,
  encoding: Encoding<T>,
  limits: RequestLimits,
): Steps<T> {
  const result = yield* execute(stream, statement, encoding, new ResponseLimit(limits));
  const results = [encoding.ok({ type: "execute", result }), encoding.ok({ type: "close" })];
  return encoding.pipeline(undefined, results);
}

/** What became of each step; undefined where it did not run, or did not fail. */
export interface BatchOutcome<T> {
  readonly results: readonly (T | undefined)[];
  readonly errors: readonly (SqlError | undefined)[];
}

/**
 * Runs a batch and gathers the results of its steps.
 *
 * @throws ProtocolError where a text is not stored on the stream
 */
export function* batch<T extends Piece>(
  stream: Stream,
  steps: readonly BatchStep[],
  encoding: Encoding<T>,
  limit: ResponseLimit,
): Steps<BatchOutcome<T>> {
  checkTexts(stream, steps);
  const results: (T | undefined)[] = steps.map(() => undefined);
  const errors: (SqlError | undefined)[] = steps.map(() => undefined);
  yield* runBatch(
    stream,
    steps,
    function* run(step, index) {
      results[index] = yield* execute(stream, step.statement, encoding, limit);
    },
    (index, error) => {
      errors[index] = error;
    },
  );
  return { results, errors };
}
