import type { DocumentName } from "./bundle.ts";
import { asRecord, asString, asStrings, isRecord, type JsonRecord } from "./json.ts";

/** What the server and the client know about an operation without reading the document. */
export interface OperationRow {
  readonly operationId: string;
  readonly document: DocumentName;
  readonly method: string;
  readonly path: string;
  readonly aliases: readonly string[];
  readonly tag: string;
  readonly summary: string;
  readonly security: "platform" | "none";
  readonly hasRequestBody: boolean;
  /** Whether a second request of the same kind has no effect that the first did not have. */
  readonly idempotent: boolean;
  /** The client's method for it, such as `databases.tokens.mint`. Absent from local operations. */
  readonly resource?: string;
  /** The property of the answer that this method returns. Absent where it returns all of it. */
  readonly returns?: string;
  readonly statuses: readonly number[];
}

const methods = ["get", "put", "post", "delete", "patch"];

/** Reads one row per operation, in the order of the document. */
export function operationRows(documentName: DocumentName, document: JsonRecord): OperationRow[] {
  const paths = Object.entries(asRecord(document["paths"], "paths"));
  return paths.flatMap(([path, item]) => {
    const pathItem = asRecord(item, path);
    const aliases = asStrings(pathItem["x-aliases"], `x-aliases of ${path}`);
    return methods.flatMap((method) => {
      const operation = pathItem[method];
      if (!isRecord(operation)) return [];
      return [{ document: documentName, method, path, aliases, ...describe(operation, method) }];
    });
  });
}

function describe(operation: JsonRecord, method: string) {
  const operationId = asString(operation["operationId"], "operationId");
  const of = (key: string) => `${key} of ${operationId}`;
  const security = operation["security"];
  if (!Array.isArray(security)) throw new Error(`${of("security")} is not a list`);
  return {
    operationId,
    tag: asStrings(operation["tags"], of("tags")).join(),
    summary: asString(operation["summary"], of("summary")),
    security: security.length === 0 ? ("none" as const) : ("platform" as const),
    hasRequestBody: operation["requestBody"] !== undefined,
    idempotent: method !== "post" || operation["x-idempotent"] === true,
    ...clientMethod(operation["x-sdk"], of("x-sdk")),
    statuses: Object.keys(asRecord(operation["responses"], of("responses"))).map(Number),
  };
}

function clientMethod(sdk: unknown, what: string) {
  if (sdk === undefined) return {};
  const { method, returns } = asRecord(sdk, what);
  const resource = asString(method, `method of ${what}`);
  return returns === undefined ? { resource } : { resource, returns: asString(returns, what) };
}

/** Reads the status of each error code, and insists that every code has exactly one. */
export function errorStatuses(document: JsonRecord): Record<string, number> {
  const components = asRecord(document["components"], "components");
  const schemas = asRecord(components["schemas"], "components/schemas");
  const schema = asRecord(schemas["ErrorCode"], "schema ErrorCode");
  const statuses = asRecord(schema["x-statuses"], "x-statuses of ErrorCode");
  const codes = asStrings(schema["enum"], "enum of ErrorCode");
  const extra = Object.keys(statuses).find((code) => !codes.includes(code));
  if (extra !== undefined) throw new Error(`x-statuses has a status for ${extra}, not a code`);
  return Object.fromEntries(
    codes.map((code) => {
      const status = statuses[code];
      if (typeof status !== "number") throw new Error(`x-statuses lacks the status of ${code}`);
      return [code, status];
    }),
  );
}
