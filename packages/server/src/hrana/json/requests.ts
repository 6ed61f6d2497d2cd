import { invalid, needVersion } from "../errors.ts";
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
  type Version,
} from "../requests.ts";
import {
  asArray,
  asFields,
  asId,
  asOptionalString,
  asString,
  type Fields,
  isAbsent,
  parseObject,
} from "./fields.ts";
import { decodeValue } from "./values.ts";

/**
 * Reads the body of a pipeline request (Hrana 3 over HTTP, “Execute a pipeline of requests”).
 *
 * @throws ProtocolError naming the first thing that is wrong
 */
export function parsePipeline(body: string, version: Version): PipelineRequest {
  const input = parseObject(body);
  const requests = asArray(input["requests"], "requests");
  return {
    baton: asOptionalString(input["baton"], "baton"),
    requests: requests.map((request, index) => readRequest(request, version, `requests[${index}]`)),
  };
}

/**
 * Reads the body of a cursor request (Hrana 3 over HTTP, “Execute a batch using a cursor”).
 *
 * @throws ProtocolError naming the first thing that is wrong
 */
export function parseCursor(body: string): CursorRequest {
  const input = parseObject(body);
  return {
    baton: asOptionalString(input["baton"], "baton"),
    steps: readSteps(input["batch"], 3, "batch"),
  };
}

function readRequest(input: unknown, version: Version, where: string): StreamRequest {
  const fields = asFields(input, where);
  if (fields["type"] === "close") return { type: "close" };
  const request = readWork(fields, version, where) ?? readStoreRequest(fields, version, where);
  if (request !== undefined) return request;
  throw invalid(
    `${where}.type`,
    "must be one of close, execute, batch, sequence, describe, store_sql, close_sql, get_autocommit",
  );
}

/** What runs on a stream; undefined where the request is another one. */
export function readWork(fields: Fields, version: Version, where: string): StreamWork | undefined {
  const type = fields["type"];
  switch (type) {
    case "execute":
      return { type, statement: readStatement(fields["stmt"], version, `${where}.stmt`) };
    case "batch":
      return { type, steps: readSteps(fields["batch"], version, `${where}.batch`) };
    case "sequence":
    case "describe":
      needVersion(version, 2, `request \`${type}\``);
      return { type, source: readSource(fields, version, where) };
    case "get_autocommit":
      needVersion(version, 3, "request `get_autocommit`");
      return { type };
    default:
      return undefined;
  }
}

/** What keeps or drops SQL texts; undefined where the request is another one. */
export function readStoreRequest(
  fields: Fields,
  version: Version,
  where: string,
): StoreRequest | undefined {
  const type = fields["type"];
  if (type !== "store_sql" && type !== "close_sql") return undefined;
  needVersion(version, 2, `request \`${type}\``);
  const sqlId = asId(fields["sql_id"], `${where}.sql_id`);
  return type === "close_sql"
    ? { type, sqlId }
    : { type, sqlId, sql: asString(fields["sql"], `${where}.sql`) };
}

/** The steps of a batch (Hrana 3, “Batches”). */
export function readSteps(input: unknown, version: Version, where: string): BatchStep[] {
  const steps = asArray(asFields(input, where)["steps"], `${where}.steps`);
  return steps.map((step, index) => {
    const at = `${where}.steps[${index}]`;
    const fields = asFields(step, at);
    const condition = fields["condition"];
    return {
      condition: isAbsent(condition)
        ? undefined
        : readCondition(condition, { version, step: index, depth: 0 }, `${at}.condition`),
      statement: readStatement(fields["stmt"], version, `${at}.stmt`),
    };
  });
}

interface ConditionContext {
  readonly version: Version;
  /** The step that the condition belongs to; it can only look back. */
  readonly step: number;
  readonly depth: number;
}

function readCondition(input: unknown, context: ConditionContext, where: string): Condition {
  if (context.depth > maxConditionDepth) throw invalid(where, "is nested too deeply");
  const inner = { ...context, depth: context.depth + 1 };
  const fields = asFields(input, where);
  const type = fields["type"];
  switch (type) {
    case "ok":
    case "error": {
      const step = fields["step"];
      if (typeof step !== "number" || !Number.isInteger(step) || step < 0 || step >= context.step) {
        throw invalid(`${where}.step`, "must be the number of an earlier step");
      }
      return { type, step };
    }
    case "not":
      return { type, condition: readCondition(fields["cond"], inner, `${where}.cond`) };
    case "and":
    case "or": {
      const conditions = asArray(fields["conds"], `${where}.conds`);
      return {
        type,
        conditions: conditions.map((each, index) =>
          readCondition(each, inner, `${where}.conds[${index}]`),
        ),
      };
    }
    case "is_autocommit":
      needVersion(context.version, 3, "condition `is_autocommit`");
      return { type };
    default:
      throw invalid(`${where}.type`, "must be one of ok, error, not, and, or, is_autocommit");
  }
}

/** One statement (Hrana 3, “Statements”). */
export function readStatement(input: unknown, version: Version, where: string): StatementRequest {
  const fields = asFields(input, where);
  const args = fields["args"];
  const named = fields["named_args"];
  const wantRows = fields["want_rows"];
  if (!isAbsent(wantRows) && typeof wantRows !== "boolean") {
    throw invalid(`${where}.want_rows`, "must be a boolean");
  }
  return {
    source: readSource(fields, version, where),
    args: {
      positional: isAbsent(args)
        ? []
        : asArray(args, `${where}.args`).map((value, index) =>
            decodeValue(value, `${where}.args[${index}]`),
          ),
      named: isAbsent(named)
        ? []
        : asArray(named, `${where}.named_args`).map((each, index) => {
            const at = `${where}.named_args[${index}]`;
            const argument = asFields(each, at);
            return {
              name: asString(argument["name"], `${at}.name`),
              value: decodeValue(argument["value"], `${at}.value`),
            };
          }),
    },
    wantRows: wantRows !== false,
  };
}

function readSource(fields: Fields, version: Version, where: string): SqlSource {
  const sql = fields["sql"];
  const sqlId = fields["sql_id"];
  if (isAbsent(sqlId)) return { sql: asString(sql, `${where}.sql`) };
  if (!isAbsent(sql)) throw invalid(where, "must have `sql` or `sql_id`, not both");
  needVersion(version, 2, "field `sql_id`");
  return { sqlId: asId(sqlId, `${where}.sql_id`) };
}
