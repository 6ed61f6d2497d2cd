import { encodeBatchResult, json } from "../json/encoding.ts";
import { parseObject } from "../json/fields.ts";
import { readStatement, readSteps } from "../json/requests.ts";
import { checkStatements, type RequestLimits, ResponseLimit } from "../limits.ts";
import { around, type Text } from "../long-text.ts";
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
export function* runExecute1(stream: Stream, body: string, limits: RequestLimits): Steps<Text> {
  const statement = readStatement(parseObject(body)["stmt"], 1, "stmt");
  const result = yield* execute(stream, statement, json, new ResponseLimit(limits));
  return around('{"result":', result, "}");
}

/**
 * Runs the request to `/v1/batch`.
 *
 * @throws ProtocolError where it is malformed, or has too many statements
 */
export function* runBatch1(stream: Stream, body: string, limits: RequestLimits): Steps<Text> {
  const steps = readSteps(parseObject(body)["batch"], 1, "batch");
  checkStatements(steps.length, limits);
  const { results, errors } = yield* batch(stream, steps, json, new ResponseLimit(limits));
  return around('{"result":', encodeBatchResult(results, errors), "}");
}
