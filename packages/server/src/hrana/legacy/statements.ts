import type { Columns } from "../columns.ts";
import { invalid, SqlError } from "../errors.ts";
import { asArray, asFields, asString, checkText, type Fields, isAbsent } from "../json/fields.ts";
import { decodeBlob, encodeBlob, encodeFloat } from "../json/values.ts";
import { checkStatements, type RequestLimits, ResponseLimit } from "../limits.ts";
import {
  noArguments,
  type Pause,
  type RowSink,
  type StatementArguments,
  type Steps,
} from "../session.ts";
import type { Stream } from "../stream.ts";
import { checkInteger, type SqlValue } from "../values.ts";
import { isFloat, isInteger, parseExactly } from "./exact-json.ts";

/** One statement of a request from before Hrana. */
interface LegacyStatement {
  readonly sql: string;
  readonly args: StatementArguments;
}

/** Each is the text of a statement, or `{"q": text, "params": array or object}`. */
function parseStatements(body: string): readonly LegacyStatement[] {
  const statements = asArray(parseExactly(body)["statements"], "statements");
  return statements.map((statement, index) => {
    if (typeof statement === "string")
      return { sql: checkText(statement, "statements"), args: noArguments };
    const where = `statements[${index}]`;
    const fields = asFields(statement, where);
    return {
      sql: asString(fields["q"], `${where}.q`),
      args: readArguments(fields["params"], `${where}.params`),
    };
  });
}

function readArguments(params: unknown, where: string): StatementArguments {
  if (isAbsent(params)) return noArguments;
  if (Array.isArray(params)) {
    const positional = params.map((value, index) => readValue(value, `${where}[${index}]`));
    return { positional, named: [] };
  }
  const named = Object.entries(asFields(params, where)).map(([name, value]) => ({
    name,
    value: readValue(value, `${where}.${name}`),
  }));
  return { positional: [], named };
}

function readValue(value: unknown, where: string): SqlValue {
  if (value === null) return null;
  if (typeof value === "string") return checkText(value, where);
  if (typeof value === "boolean") return value ? 1n : 0n;
  const fields: Fields = asFields(value, where);
  if (isInteger(fields)) return checkInteger(BigInt(fields.integer), where);
  if (isFloat(fields)) return fields.float;
  if (!("base64" in fields)) throw invalid(where, 'is no value: a blob is {"base64": text}');
  return decodeBlob(fields["base64"], where);
}

/**
 * Runs the body of a request to `/`, which clients from before Hrana send: `{"statements": […]}`,
 * in order up to the first that fails. The answer is sqld's: `results` or `error` for each, null
 * for those that were not run.
 *
 * @throws ProtocolError where the request is malformed, SqlError where they leave a transaction open, since nobody could go on with it
 */
export function* runStatements(stream: Stream, body: string, limits: RequestLimits): Steps<string> {
  const statements = parseStatements(body);
  checkStatements(statements.length, limits);
  const limit = new ResponseLimit(limits);
  const results: string[] = statements.map(() => "null");
  for (const [index, { sql, args }] of statements.entries()) {
    const result = new LegacyResult(limit);
    try {
      const { rowsRead, rowsWritten, durationMs } = yield* stream.session.execute(
        sql,
        args,
        result,
      );
      results[index] =
        `{"results":{${result.text},"rows_read":${rowsRead},"rows_written":${rowsWritten},` +
        `"query_duration_ms":${durationMs}}}`;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      results[index] = JSON.stringify({ error: error.message, code: error.code });
      break;
    }
  }
  if (!stream.session.isAutocommit()) {
    throw new SqlError(
      "TRANSACTION_OPEN",
      "The statements leave a transaction open, which was undone: a request here is all there is of its stream",
    );
  }
  return `[${results.join()}]`;
}

class LegacyResult implements RowSink {
  readonly #limit: ResponseLimit;
  #columns = "[]";
  #rows = "";

  constructor(limit: ResponseLimit) {
    this.#limit = limit;
  }

  get text(): string {
    return `"columns":${this.#columns},"rows":[${this.#rows}]`;
  }

  begin(columns: Columns): void {
    this.#limit.begin(columns);
    this.#columns = JSON.stringify(columns.list.map(({ name }) => name));
  }

  row(values: readonly SqlValue[]): void {
    const text = `[${values.map(encodePlainValue).join()}]`;
    this.#limit.row(text.length);
    this.#rows += this.#rows === "" ? text : `,${text}`;
  }

  pause(): Pause | undefined {
    return undefined;
  }
}

/** Integers are written with all their digits; how exact they arrive is up to the reader. */
function encodePlainValue(value: SqlValue): string {
  switch (typeof value) {
    case "bigint":
      return String(value);
    case "number":
      // So that readers that tell the two apart find no integer.
      return encodeFloat(value);
    case "string":
      return JSON.stringify(value);
    default:
      return value === null ? "null" : `{"base64":"${encodeBlob(value).toString()}"}`;
  }
}
