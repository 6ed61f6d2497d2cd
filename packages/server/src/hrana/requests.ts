import { ProtocolError } from "./errors.ts";
import type { StatementArguments } from "./session.ts";
import { decodeValue } from "./values.ts";

/** The protocol versions served over HTTP. */
export type Version = 2 | 3;

/** SQL given as text, or by the number it was stored under. */
export type SqlSource = { readonly sql: string } | { readonly sqlId: number };

export interface Statement {
  readonly source: SqlSource;
  readonly args: StatementArguments;
  readonly wantRows: boolean;
}

export type Condition =
  | { readonly type: "ok" | "error"; readonly step: number }
  | { readonly type: "not"; readonly condition: Condition }
  | { readonly type: "and" | "or"; readonly conditions: readonly Condition[] }
  | { readonly type: "is_autocommit" };

export interface BatchStep {
  readonly condition: Condition | undefined;
  readonly statement: Statement;
}

export type StreamRequest =
  | { readonly type: "close" | "get_autocommit" }
  | { readonly type: "execute"; readonly statement: Statement }
  | { readonly type: "batch"; readonly steps: readonly BatchStep[] }
  | { readonly type: "sequence" | "describe"; readonly source: SqlSource }
  | { readonly type: "store_sql"; readonly sqlId: number; readonly sql: string }
  | { readonly type: "close_sql"; readonly sqlId: number };

export interface PipelineRequest {
  readonly baton: string | undefined;
  readonly requests: readonly StreamRequest[];
}

export interface CursorRequest {
  readonly baton: string | undefined;
  readonly steps: readonly BatchStep[];
}

const maxConditionDepth = 100;

/**
 * Reads the body of a pipeline request (Hrana 3 over HTTP, “Execute a pipeline of requests”).
 *
 * @throws ProtocolError naming the first thing that is wrong
 */
export function parsePipeline(body: string, version: Version): PipelineRequest {
  const input = parseBody(body);
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
  const input = parseBody(body);
  return {
    baton: asOptionalString(input["baton"], "baton"),
    steps: readSteps(input["batch"], 3, "batch"),
  };
}

function parseBody(body: string): Fields {
  let input: unknown;
  try {
    input = JSON.parse(body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProtocolError("INVALID_JSON", `The body is not JSON: ${reason}`);
  }
  return asFields(input, "body");
}

function readRequest(input: unknown, version: Version, where: string): StreamRequest {
  const fields = asFields(input, where);
  const type = fields["type"];
  switch (type) {
    case "close":
      return { type };
    case "get_autocommit":
      if (version < 3) throw needsVersion3("request `get_autocommit`");
      return { type };
    case "execute":
      return { type, statement: readStatement(fields["stmt"], `${where}.stmt`) };
    case "batch":
      return { type, steps: readSteps(fields["batch"], version, `${where}.batch`) };
    case "sequence":
    case "describe":
      return { type, source: readSource(fields, where) };
    case "store_sql":
      return {
        type,
        sqlId: asSqlId(fields["sql_id"], `${where}.sql_id`),
        sql: asString(fields["sql"], `${where}.sql`),
      };
    case "close_sql":
      return { type, sqlId: asSqlId(fields["sql_id"], `${where}.sql_id`) };
    default:
      throw invalid(
        `${where}.type`,
        "is one of close, execute, batch, sequence, describe, store_sql, close_sql, get_autocommit",
      );
  }
}

function readSteps(input: unknown, version: Version, where: string): BatchStep[] {
  const steps = asArray(asFields(input, where)["steps"], `${where}.steps`);
  return steps.map((step, index) => {
    const at = `${where}.steps[${index}]`;
    const fields = asFields(step, at);
    const condition = fields["condition"];
    return {
      condition: isAbsent(condition)
        ? undefined
        : readCondition(condition, { version, step: index, depth: 0 }, `${at}.condition`),
      statement: readStatement(fields["stmt"], `${at}.stmt`),
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
        throw invalid(`${where}.step`, "is the number of an earlier step");
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
      if (context.version < 3) throw needsVersion3("condition `is_autocommit`");
      return { type };
    default:
      throw invalid(`${where}.type`, "is one of ok, error, not, and, or, is_autocommit");
  }
}

function readStatement(input: unknown, where: string): Statement {
  const fields = asFields(input, where);
  const args = fields["args"];
  const named = fields["named_args"];
  const wantRows = fields["want_rows"];
  if (!isAbsent(wantRows) && typeof wantRows !== "boolean") {
    throw invalid(`${where}.want_rows`, "is a boolean");
  }
  return {
    source: readSource(fields, where),
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

function readSource(fields: Fields, where: string): SqlSource {
  const sql = fields["sql"];
  const sqlId = fields["sql_id"];
  if (!isAbsent(sql) && !isAbsent(sqlId)) throw invalid(where, "has `sql` or `sql_id`, not both");
  if (!isAbsent(sqlId)) return { sqlId: asSqlId(sqlId, `${where}.sql_id`) };
  return { sql: asString(sql, `${where}.sql`) };
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(input: unknown): input is Fields {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}

function asFields(input: unknown, where: string): Fields {
  if (!isFields(input)) throw invalid(where, "is an object");
  return input;
}

function asArray(input: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(input)) throw invalid(where, "is an array");
  return input;
}

function asString(input: unknown, where: string): string {
  if (typeof input !== "string") throw invalid(where, "is a string");
  return input;
}

function asOptionalString(input: unknown, where: string): string | undefined {
  return isAbsent(input) ? undefined : asString(input, where);
}

function asSqlId(input: unknown, where: string): number {
  if (typeof input !== "number" || !Number.isInteger(input) || Math.abs(input) > 0x7fffffff) {
    throw invalid(where, "is a 32-bit integer");
  }
  return input;
}

function isAbsent(input: unknown): input is null | undefined {
  return input === null || input === undefined;
}

function invalid(where: string, what: string): ProtocolError {
  return new ProtocolError("INVALID_REQUEST", `${where} ${what}`);
}

function needsVersion3(what: string): ProtocolError {
  return new ProtocolError("INVALID_REQUEST", `The ${what} needs protocol version 3`);
}
