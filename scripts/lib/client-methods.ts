import { asRecord, asString, isRecord, type JsonRecord } from "./json.ts";
import { type OperationRow, operationRows } from "./operation-table.ts";

/** A method of the client, as the contract describes the operation behind it. */
export interface ClientMethod extends OperationRow {
  readonly resource: string;
  readonly description: string;
  /** The parameters of the path that a caller gives, in its order. */
  readonly pathParameters: readonly { readonly name: string; readonly description: string }[];
  readonly queryParameters: readonly string[];
  /** Whether a call without any input is complete. */
  readonly inputOptional: boolean;
  /** The name of the schema of the answer. */
  readonly answer: string;
  /** The property of the answer that the method returns. Absent where it returns all of it. */
  readonly returned: { readonly name: string; readonly kind: Kind } | undefined;
  readonly isPaged: boolean;
}

/** What JSON knows of a value that a method may return. */
export type Kind = "array" | "object" | "string";

/** The schema of an answer that says nothing but that it is one. */
export const nothing = "EmptyObject";

/** The parameter that a client fills in by itself: it is bound to one organization. */
export const boundParameter = "org_slug";

/** Reads the method of each operation, and insists that each has one of its own. */
export function clientMethods(document: JsonRecord): ClientMethod[] {
  const methods = operationRows("openapi", document).map((row) => clientMethod(document, row));
  const taken = new Set<string>();
  for (const { resource, operationId } of methods) {
    if (taken.has(resource)) throw new Error(`x-sdk of ${operationId}: ${resource} is taken`);
    taken.add(resource);
  }
  return methods;
}

function clientMethod(document: JsonRecord, row: OperationRow): ClientMethod {
  const { operationId, resource } = row;
  if (resource === undefined) throw new Error(`${operationId} has no x-sdk`);
  if (!/^[a-z]\w*(\.[a-z]\w*)+$/.test(resource)) {
    throw new Error(`x-sdk of ${operationId}: ${resource} is not a resource and a method`);
  }
  const item = asRecord(asRecord(document["paths"], "paths")[row.path], row.path);
  const operation = asRecord(item[row.method], operationId);
  const parameters = [item["parameters"], operation["parameters"]]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map((parameter) => resolve(document, parameter));
  const query = parameters.filter((parameter) => parameter["in"] === "query");
  const queryParameters = query.map((parameter) => asString(parameter["name"], "name"));
  const body = operation["requestBody"];
  const answer = schemaName(asRecord(operation["responses"], operationId)["200"], operationId);
  const answerProperties = properties(document, answer);
  const bodyProperties =
    body === undefined ? [] : Object.keys(properties(document, schemaName(body, "body")));
  const both = queryParameters.find((name) => bodyProperties.includes(name));
  if (both !== undefined) throw new Error(`${operationId} has ${both} in its query and its body`);
  const { returns: name } = row;
  if (name !== undefined && !(name in answerProperties)) {
    throw new Error(`x-sdk of ${operationId}: ${answer} has no property ${name}`);
  }
  return {
    ...row,
    resource,
    description: asString(operation["description"], `description of ${operationId}`).trim(),
    pathParameters: parameters
      .filter((parameter) => parameter["in"] === "path" && parameter["name"] !== boundParameter)
      .map((parameter) => ({
        name: asString(parameter["name"], "name"),
        description: asString(parameter["description"], "description").trim(),
      })),
    queryParameters,
    inputOptional:
      !query.some((parameter) => parameter["required"] === true) &&
      !(isRecord(body) && body["required"] === true),
    answer,
    returned:
      name === undefined
        ? undefined
        : { name, kind: kindOf(resolve(document, answerProperties[name])["type"], operationId) },
    isPaged: queryParameters.includes("cursor") && "pagination" in answerProperties,
  };
}

function resolve(document: JsonRecord, value: unknown): JsonRecord {
  const record = asRecord(value, "a reference");
  const reference = record["$ref"];
  if (typeof reference !== "string") return record;
  const [, ...keys] = reference.split("/");
  return keys.reduce((inner, key) => asRecord(inner[key], reference), document);
}

function schemaName(holder: unknown, what: string): string {
  const content = asRecord(asRecord(holder, what)["content"], what);
  const schema = asRecord(asRecord(content["application/json"], what)["schema"], what);
  return asString(schema["$ref"], `schema of ${what}`).replace(/^.*\//, "");
}

function kindOf(type: unknown, operationId: string): Kind {
  if (type === "array" || type === "object" || type === "string") return type;
  throw new Error(`${operationId} returns something of the type ${String(type)}`);
}

function properties(document: JsonRecord, schema: string): JsonRecord {
  const { properties: found } = resolve(document, {
    $ref: `#/components/schemas/${schema}`,
  });
  return isRecord(found) ? found : {};
}
