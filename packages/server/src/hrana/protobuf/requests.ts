import { invalid } from "../errors.ts";
import {
  type BatchStep,
  type Condition,
  type CursorRequest,
  maxConditionDepth,
  type PipelineRequest,
  type SqlSource,
  type StatementRequest,
  type StoreRequest,
  type StreamRequest,
  type StreamWork,
} from "../requests.ts";
import type { NamedArgument } from "../session.ts";
import type { SqlValue } from "../values.ts";
import { eachField, Merged, readEmpty } from "./fields.ts";
import { decodeValue } from "./values.ts";

// Fields have the numbers of Hrana 3, “Protobuf schema”. A field that is not there has the value
// that proto3 gives it: 0, or the empty string.

/** Reads the message `PipelineReqBody`. */
export function readPipeline(bytes: Uint8Array): PipelineRequest {
  let baton: string | undefined;
  const requests: StreamRequest[] = [];
  eachField(bytes, (field) => {
    if (field.number === 1) baton = field.string();
    else if (field.number === 2) requests.push(readRequest(field.bytes(), requests.length));
  });
  return { baton, requests };
}

/** Reads the message `CursorReqBody`. */
export function readCursor(bytes: Uint8Array): CursorRequest {
  let baton: string | undefined;
  const batch = new Merged();
  eachField(bytes, (field) => {
    if (field.number === 1) baton = field.string();
    else if (field.number === 2) batch.take(field);
  });
  return { baton, steps: readBatch(batch.bytes, "batch") };
}

function readRequest(bytes: Uint8Array, index: number): StreamRequest {
  const where = `requests[${index}]`;
  const request = new Merged();
  eachField(bytes, (field) => {
    if (field.number <= 8) request.take(field);
  });
  const { number, bytes: body = new Uint8Array() } = request;
  switch (number) {
    case 1:
      readEmpty(body);
      return { type: "close" };
    case 2:
      return readExecute(body, 1, where);
    case 3:
      return readBatchRequest(body, 1, where);
    case 4:
      return { type: "sequence", source: readSource(body, 1, where) };
    case 5:
      return { type: "describe", source: readSource(body, 1, where) };
    case 6:
      return readStoreSql(body);
    case 7:
      return readCloseSql(body);
    case 8:
      readEmpty(body);
      return { type: "get_autocommit" };
    default:
      throw invalid(where, "is no request of the protocol");
  }
}

// Over WebSocket, the messages of these requests begin with the number of their stream, so that
// their other fields have the number after that of their namesakes over HTTP.

/** Reads `ExecuteReq`, or `ExecuteStreamReq`, with its statement in field `number`. */
export function readExecute(bytes: Uint8Array, number: number, where: string): StreamWork {
  const statement = new Merged();
  eachField(bytes, (field) => {
    if (field.number === number) statement.take(field);
  });
  return { type: "execute", statement: readStatement(statement.bytes, `${where}.stmt`) };
}

/** Reads `BatchReq`, or `BatchStreamReq`, with its batch in field `number`. */
export function readBatchRequest(bytes: Uint8Array, number: number, where: string): StreamWork {
  const batch = new Merged();
  eachField(bytes, (field) => {
    if (field.number === number) batch.take(field);
  });
  return { type: "batch", steps: readBatch(batch.bytes, `${where}.batch`) };
}

/** Reads the SQL of a request, with the text in field `number` and the number of one after it. */
export function readSource(bytes: Uint8Array, number: number, where: string): SqlSource {
  let sql: string | undefined;
  let sqlId: number | undefined;
  eachField(bytes, (field) => {
    if (field.number === number) sql = field.string();
    else if (field.number === number + 1) sqlId = field.int32();
  });
  return toSource(sql, sqlId, where);
}

export function readStoreSql(bytes: Uint8Array): StoreRequest {
  let sqlId = 0;
  let sql = "";
  eachField(bytes, (field) => {
    if (field.number === 1) sqlId = field.int32();
    else if (field.number === 2) sql = field.string();
  });
  return { type: "store_sql", sqlId, sql };
}

export function readCloseSql(bytes: Uint8Array): StoreRequest {
  let sqlId = 0;
  eachField(bytes, (field) => {
    if (field.number === 1) sqlId = field.int32();
  });
  return { type: "close_sql", sqlId };
}

/** Reads the message `Batch`; one that did not come has no steps. */
export function readBatch(bytes: Uint8Array | undefined, where: string): BatchStep[] {
  const steps: BatchStep[] = [];
  eachField(bytes ?? new Uint8Array(), (field) => {
    if (field.number !== 1) return;
    steps.push(readStep(field.bytes(), steps.length, `${where}.steps[${steps.length}]`));
  });
  return steps;
}

function readStep(bytes: Uint8Array, step: number, where: string): BatchStep {
  const condition = new Merged();
  const statement = new Merged();
  eachField(bytes, (field) => {
    if (field.number === 1) condition.take(field);
    else if (field.number === 2) statement.take(field);
  });
  return {
    condition:
      condition.bytes && readCondition(condition.bytes, { step, depth: 0 }, `${where}.condition`),
    statement: readStatement(statement.bytes, `${where}.stmt`),
  };
}

interface ConditionContext {
  /** The step that the condition belongs to; it can only look back. */
  readonly step: number;
  readonly depth: number;
}

function readCondition(bytes: Uint8Array, context: ConditionContext, where: string): Condition {
  if (context.depth > maxConditionDepth) throw invalid(where, "is nested too deeply");
  const inner = { ...context, depth: context.depth + 1 };
  let step = 0;
  let message = new Merged();
  let number = 0;
  eachField(bytes, (field) => {
    if (field.number > 6) return;
    number = field.number;
    if (number > 2) message.take(field);
    else {
      step = field.uint32();
      message = new Merged();
    }
  });
  if ((number === 1 || number === 2) && step >= context.step) {
    throw invalid(where, "must name an earlier step");
  }
  const body = message.bytes ?? new Uint8Array();
  switch (number) {
    case 1:
      return { type: "ok", step };
    case 2:
      return { type: "error", step };
    case 3:
      return { type: "not", condition: readCondition(body, inner, where) };
    case 4:
      return { type: "and", conditions: readConditions(body, inner, where) };
    case 5:
      return { type: "or", conditions: readConditions(body, inner, where) };
    case 6:
      readEmpty(body);
      return { type: "is_autocommit" };
    default:
      throw invalid(where, "is no condition of the protocol");
  }
}

function readConditions(bytes: Uint8Array, inner: ConditionContext, where: string): Condition[] {
  const conditions: Condition[] = [];
  eachField(bytes, (field) => {
    if (field.number === 1) conditions.push(readCondition(field.bytes(), inner, where));
  });
  return conditions;
}

function readStatement(bytes: Uint8Array | undefined, where: string): StatementRequest {
  if (bytes === undefined) throw invalid(where, "is missing");
  let sql: string | undefined;
  let sqlId: number | undefined;
  const positional: SqlValue[] = [];
  const named: NamedArgument[] = [];
  let wantRows = true;
  eachField(bytes, (field) => {
    switch (field.number) {
      case 1:
        sql = field.string();
        break;
      case 2:
        sqlId = field.int32();
        break;
      case 3:
        positional.push(decodeValue(field.bytes(), `${where}.args[${positional.length}]`));
        break;
      case 4:
        named.push(readNamedArgument(field.bytes(), `${where}.named_args[${named.length}]`));
        break;
      case 5:
        wantRows = field.bool();
        break;
    }
  });
  return { source: toSource(sql, sqlId, where), args: { positional, named }, wantRows };
}

function readNamedArgument(bytes: Uint8Array, where: string): NamedArgument {
  let name = "";
  const value = new Merged();
  eachField(bytes, (field) => {
    if (field.number === 1) name = field.string();
    else if (field.number === 2) value.take(field);
  });
  if (value.bytes === undefined) throw invalid(where, "has no value");
  return { name, value: decodeValue(value.bytes, where) };
}

function toSource(sql: string | undefined, sqlId: number | undefined, where: string): SqlSource {
  if (sql !== undefined && sqlId !== undefined) {
    throw invalid(where, "must have `sql` or `sql_id`, not both");
  }
  if (sqlId !== undefined) return { sqlId };
  if (sql === undefined) throw invalid(where, "has neither `sql` nor `sql_id`");
  return { sql };
}
