import type { ResponseLimit } from "../encoding.ts";
import { encodeBatchResult, json } from "../json/encoding.ts";
import { parseObject } from "../json/fields.ts";
import { readStatement, readSteps } from "../json/requests.ts";
import { batch, execute } from "../pipeline.ts";
import type { Steps } from "../session.ts";
import type { Stream } from "../stream.ts";

// Version 1 of Hrana over HTTP has no streams: a request is one statement, or one batch. Only sqld
// describes it.

/**
 * Runs the request to `/v1/execute`.
 *
 * @throws ProtocolError where it is malformed, SqlError where its statement fails
 */
export function* runExecute1(stream: Stream, body: string, limit: ResponseLimit): Steps<string> {
  const statement = readStatement(parseObject(body)["stmt"], 1, "stmt");
  return `{"result":${yield* execute(stream, statement, json, limit)}}`;
}

/**
 * Runs the request to `/v1/batch`.
 *
 * @throws ProtocolError where it is malformed
 */
export function* runBatch1(stream: Stream, body: string, limit: ResponseLimit): Steps<string> {
  const steps = readSteps(parseObject(body)["batch"], 1, "batch");
  const { results, errors } = yield* batch(stream, steps, json, limit);
  return `{"result":${encodeBatchResult(results, errors)}}`;
}
