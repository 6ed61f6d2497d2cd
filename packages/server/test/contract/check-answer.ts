import { errorStatuses, type OperationId, operationTable } from "@logicaldb/contract";
import { local, openapi } from "@logicaldb/contract/documents";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";

/** An answer as it came over the wire. */
export interface Answer {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What an answer of the Platform API was, and what it breaks of the contract, if anything. */
export interface Observation {
  /** Undefined where nothing of the contract has the path and the method. */
  readonly operationId: OperationId | undefined;
  readonly status: number;
  readonly problem: string | undefined;
}

const documents = { openapi, local };
// A validator of its own: the server's cannot vouch for the server.
const ajv = new Ajv2020({ strict: false, validateSchema: false, logger: false });
formats.default(ajv);
for (const [name, document] of Object.entries(documents)) ajv.addSchema(document, name);
const validators = new Map<string, ValidateFunction>();

const routes = Object.values(operationTable).flatMap((row) =>
  [row.path, ...row.aliases].map((template) => ({
    operationId: row.operationId,
    method: row.method,
    pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
  })),
);

/** Checks an answer against the contract; undefined where the request was not for the API at all. */
export function checkAnswer(answer: Answer): Observation | undefined {
  const { pathname } = new URL(answer.url);
  if (!/^\/(v1|_local)\//.test(pathname) || answer.method === "HEAD") return undefined;
  const route = routes.find(
    ({ method, pattern }) => method === answer.method.toLowerCase() && pattern.test(pathname),
  );
  const problem =
    route === undefined
      ? problemOfRefusal(answer)
      : (problemOfStatus(route.operationId, answer) ?? problemOfBody(route.operationId, answer));
  return {
    operationId: route?.operationId,
    status: answer.status,
    problem: problem && `${answer.method} ${pathname}: ${problem}\n${answer.text.slice(0, 500)}`,
  };
}

/** What is wrong with a value by a schema of the contract, or nothing. */
export function problemOfValue(pointer: readonly string[], value: unknown): string | undefined {
  const [document = "", ...segments] = pointer;
  const reference = `${document}#/${segments.map(escaped).join("/")}`;
  const validate = validators.get(reference) ?? ajv.compile({ $ref: reference });
  validators.set(reference, validate);
  if (validate(value)) return undefined;
  return ajv.errorsText(validate.errors, { dataVar: "body" });
}

/** The object at a place of the contract, with its reference followed. */
export function resolve(pointer: readonly string[]): {
  readonly pointer: readonly string[];
  readonly value: unknown;
} {
  let value: unknown = documents;
  for (const segment of pointer) value = isObject(value) ? value[segment] : undefined;
  if (!isObject(value) || typeof value["$ref"] !== "string") return { pointer, value };
  const [, ...segments] = value["$ref"].split("/");
  const names = segments.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return resolve([pointer[0] ?? "", ...names]);
}

/** Where the contract describes an operation. */
export function operationPointer(operationId: OperationId): readonly string[] {
  const { document, path, method } = operationTable[operationId];
  return [document, "paths", path, method];
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function problemOfStatus(operationId: OperationId, { status }: Answer): string | undefined {
  const statuses: readonly number[] = operationTable[operationId].statuses;
  return statuses.includes(status) ? undefined : `${operationId} does not document ${status}`;
}

function problemOfBody(operationId: OperationId, answer: Answer): string | undefined {
  const response = resolve([...operationPointer(operationId), "responses", String(answer.status)]);
  const headers = isObject(response.value) ? response.value["headers"] : undefined;
  for (const name of Object.keys(isObject(headers) ? headers : {})) {
    if (answer.headers.get(name) === null) return `the header ${name} is missing`;
  }
  const body = parse(answer);
  if (body === undefined) return "the body is not JSON";
  return (
    problemOfValue([...response.pointer, "content", "application/json", "schema"], body) ??
    (answer.status === 200 ? undefined : problemOfCode(answer.status, body))
  );
}

/** Nothing answers there, so it can only be an error that says so. */
function problemOfRefusal(answer: Answer): string | undefined {
  const body = parse(answer);
  return (
    problemOfValue(["openapi", "components", "schemas", "ApiError"], body) ??
    problemOfCode(answer.status, body)
  );
}

function problemOfCode(status: number, body: unknown): string | undefined {
  const code = isObject(body) ? body["code"] : undefined;
  const expected = Object.entries(errorStatuses).find(([name]) => name === code)?.[1];
  return expected === status ? undefined : `the code ${String(code)} does not belong to ${status}`;
}

function parse({ headers, text }: Answer): unknown {
  if (headers.get("content-type")?.startsWith("application/json") !== true) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function escaped(segment: string): string {
  return encodeURIComponent(segment.replaceAll("~", "~0").replaceAll("/", "~1"));
}
