import { runBatch } from "./batch.ts";
import { SqlError } from "./errors.ts";
import type { BatchStep, Statement, StreamRequest } from "./requests.ts";
import { encodeSqlError, type ResponseLimit, ResultText } from "./results.ts";
import type { Steps } from "./session.ts";
import type { Stream } from "./stream.ts";

/** The results of a pipeline, and whether it closed its stream. */
export interface PipelineOutcome {
  /** The JSON array of the results, one for each request. */
  readonly results: string;
  readonly closed: boolean;
}

/**
 * Runs the requests of a pipeline in order. One that fails does not stop the later ones
 * (Hrana 3 over HTTP, “Execute a pipeline of requests”).
 *
 * @param maxBytes how large the rows of the reply may get, together
 * @throws ProtocolError where a request names what its stream does not have
 */
export function* runPipeline(
  stream: Stream,
  requests: readonly StreamRequest[],
  maxBytes: number,
): Steps<PipelineOutcome> {
  const limit: ResponseLimit = { remaining: maxBytes, total: maxBytes };
  let closed = false;
  let results = "";
  for (const request of requests) {
    let result: string;
    try {
      if (closed) throw new SqlError("STREAM_CLOSED", "An earlier request closed the stream");
      result = `{"type":"ok","response":${yield* respond(stream, request, limit)}}`;
      closed = request.type === "close";
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      result = `{"type":"error","error":${encodeSqlError(error)}}`;
    }
    results += results === "" ? result : `,${result}`;
  }
  return { results: `[${results}]`, closed };
}

function* respond(stream: Stream, request: StreamRequest, limit: ResponseLimit): Steps<string> {
  switch (request.type) {
    case "execute":
      return `{"type":"execute","result":${yield* execute(stream, request.statement, limit)}}`;
    case "batch":
      return `{"type":"batch","result":${yield* batch(stream, request.steps, limit)}}`;
    case "sequence":
      yield* stream.session.sequence(stream.resolve(request.source));
      break;
    case "describe":
      return `{"type":"describe","result":${yield* describe(stream, stream.resolve(request.source))}}`;
    case "get_autocommit":
      return `{"type":"get_autocommit","is_autocommit":${stream.session.isAutocommit()}}`;
    case "store_sql":
      stream.store(request.sqlId, request.sql);
      break;
    case "close_sql":
      stream.forget(request.sqlId);
      break;
    case "close":
      break;
  }
  return `{"type":"${request.type}"}`;
}

function* execute(stream: Stream, statement: Statement, limit: ResponseLimit): Steps<string> {
  const result = new ResultText(limit, statement.wantRows);
  const sql = stream.resolve(statement.source);
  return result.finish(yield* stream.session.execute(sql, statement.args, result));
}

function* batch(stream: Stream, steps: readonly BatchStep[], limit: ResponseLimit): Steps<string> {
  const results: string[] = steps.map(() => "null");
  const errors: string[] = steps.map(() => "null");
  yield* runBatch(
    stream,
    steps,
    function* run(step, index) {
      results[index] = yield* execute(stream, step.statement, limit);
    },
    (index, error) => {
      errors[index] = encodeSqlError(error);
    },
  );
  return `{"step_results":[${results.join()}],"step_errors":[${errors.join()}],"replication_index":null}`;
}

function* describe(stream: Stream, sql: string): Steps<string> {
  const description = yield* stream.session.describe(sql);
  const parameters = JSON.stringify(description.parameters.map((name) => ({ name })));
  return (
    `{"params":${parameters},"cols":${description.columns},` +
    `"is_explain":${description.isExplain},"is_readonly":${description.isReadonly}}`
  );
}
