import { invalid } from "../errors.ts";
import {
  type BatchStep,
  type Condition,
  type CursorRequest,
  maxConditionDepth,
  type PipelineRequest,
  type SqlSource,
  type Statement,
  type StoreRequest,
  type StreamRequest,
  type StreamWork,
} from "../requests.ts";
import type { NamedArgument } from "../session.ts";
import type { SqlValue } from "../values.ts";
import { eachField } from "./fields.ts";
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
  let steps: BatchStep[] = [];
  eachField(bytes, (field) => {
    if (field.number === 1) baton = field.string();
    else if (field.number === 2) steps = readBatch(field.bytes(), "batch");
  });
  return { baton, steps };
}

function readRequest(bytes: Uint8Array, index: number): StreamRequest {
  const where = `requests[${index}]`;
  let request: StreamRequest | undefined;
  eachField(bytes, (field) => {
    switch (field.number) {
      case 1:
        field.bytes();
        request = { type: "close" };
        break;
      case 2:
        request = readExecute(field.bytes(), 1, where);
        break;
      case 3:
        request = readBatchRequest(field.bytes(), 1, where);
        break;
      case 4:
        request = { type: "sequence", source: readSource(field.bytes(), 1, where) };
        break;
      case 5:
        request = { type: "describe", source: readSource(field.bytes(), 1, where) };
        break;
      case 6:
        request = readStoreSql(field.bytes());
        break;
      case 7:
        request = readCloseSql(field.bytes());
        break;
      case 8:
        field.bytes();
        request = { type: "get_autocommit" };
        break;
    }
  });
  if (request === undefined) throw invalid(where, "is no request of the protocol");
  return request;
}

// Over WebSocket, the messages of these requests begin with the number of their stream, so that
// their other fields have the number after that of their namesakes over HTTP.

/** Reads `ExecuteReq`, or `ExecuteStreamReq`, with its statement in field `number`. */
export function readExecute(bytes: Uint8Array, number: number, where: string): StreamWork {
  let statement: Statement | undefined;
  eachField(bytes, (field) => {
    if (field.number === number) statement = readStatement(field.bytes(), `${where}.stmt`);
  });
  if (statement === undefined) throw invalid(`${where}.stmt`, "is missing");
  return { type: "execute", statement };
}

/** Reads `BatchReq`, or `BatchStreamReq`, with its batch in field `number`. */
export function readBatchRequest(bytes: Uint8Array, number: number, where: string): StreamWork {
  let steps: BatchStep[] = [];
  eachField(bytes, (field) => {
    if (field.number === number) steps = readBatch(field.bytes(), `${where}.batch`);
  });
  return { type: "batch", steps };
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

/** Reads the message `Batch`. */
export function readBatch(bytes: Uint8Array, where: string): BatchStep[] {
  const steps: BatchStep[] = [];
  eachField(bytes, (field) => {
    if (field.number !== 1) return;
    steps.push(readStep(field.bytes(), steps.length, `${where}.steps[${steps.length}]`));
  });
  return steps;
}

function readStep(bytes: Uint8Array, step: number, where: string): BatchStep {
  let condition: Condition | undefined;
  let statement: Statement | undefined;
  eachField(bytes, (field) => {
    if (field.number === 1) {
      condition = readCondition(field.bytes(), { step, depth: 0 }, `${where}.condition`);
    } else if (field.number === 2) {
      statement = readStatement(field.bytes(), `${where}.stmt`);
    }
  });
  if (statement === undefined) throw invalid(`${where}.stmt`, "is missing");
  return { condition, statement };
}

interface ConditionContext {
  /** The step that the condition belongs to; it can only look back. */
  readonly step: number;
  readonly depth: number;
}

function readCondition(bytes: Uint8Array, context: ConditionContext, where: string): Condition {
  if (context.depth > maxConditionDepth) throw invalid(where, "is nested too deeply");
  const inner = { ...context, depth: context.depth + 1 };
  let condition: Condition | undefined;
  eachField(bytes, (field) => {
    switch (field.number) {
      case 1:
      case 2: {
        const step = field.uint32();
        if (step >= context.step) throw invalid(where, "must name an earlier step");
        condition = { type: field.number === 1 ? "ok" : "error", step };
        break;
      }
      case 3:
        condition = { type: "not", condition: readCondition(field.bytes(), inner, where) };
        break;
      case 4:
      case 5: {
        const type = field.number === 4 ? "and" : "or";
        const conditions: Condition[] = [];
        eachField(field.bytes(), (each) => {
          if (each.number === 1) conditions.push(readCondition(each.bytes(), inner, where));
        });
        condition = { type, conditions };
        break;
      }
      case 6:
        field.bytes();
        condition = { type: "is_autocommit" };
        break;
    }
  });
  if (condition === undefined) throw invalid(where, "is no condition of the protocol");
  return condition;
}

function readStatement(bytes: Uint8Array, where: string): Statement {
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
  let value: SqlValue | undefined;
  eachField(bytes, (field) => {
    if (field.number === 1) name = field.string();
    else if (field.number === 2) value = decodeValue(field.bytes(), where);
  });
  if (value === undefined) throw invalid(where, "has no value");
  return { name, value };
}

function toSource(sql: string | undefined, sqlId: number | undefined, where: string): SqlSource {
  if (sql !== undefined && sqlId !== undefined) {
    throw invalid(where, "must have `sql` or `sql_id`, not both");
  }
  if (sqlId !== undefined) return { sqlId };
  if (sql === undefined) throw invalid(where, "has neither `sql` nor `sql_id`");
  return { sql };
}
