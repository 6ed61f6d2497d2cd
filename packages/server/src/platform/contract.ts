import { isObject } from "../tools/is-object.ts";
import { operationTable } from "@logicaldb/contract";
import type { OperationId } from "@logicaldb/contract";
import { local, openapi } from "@logicaldb/contract/documents";

/** The bundled documents under the names that schema references start with. */
export const documents = { openapi, local } as const;

/** A JSON Schema that says no more than where in the contract the real one is. */
export interface SchemaReference {
  readonly $ref: string;
}

/** The parameters of one place, as the schema of an object that holds them by name. */
export interface ParametersSchema {
  readonly type: "object";
  readonly properties: Readonly<Record<string, SchemaReference>>;
  readonly required: readonly string[];
}

/** What the contract says about the input and output of one operation. */
export interface OperationSchemas {
  /** Of what has a form in the path; a name without one is looked up, however long it is. */
  readonly path: ParametersSchema;
  readonly query: ParametersSchema;
  readonly body: SchemaReference | undefined;
  /** The names of the body's fields, as they are written in the contract. */
  readonly bodyFields: readonly string[];
  /** By status, of every documented response that has a JSON body. */
  readonly responses: ReadonlyMap<number, SchemaReference>;
}

/** Points to a place in one of the documents. */
interface Pointer {
  readonly document: keyof typeof documents;
  readonly segments: readonly string[];
}

const found = new Map<OperationId, OperationSchemas>();

/** The schemas of one operation in the contract; always the same objects for the same operation. */
export function schemasOf(operationId: OperationId): OperationSchemas {
  const schemas = found.get(operationId) ?? findSchemas(operationId);
  found.set(operationId, schemas);
  return schemas;
}

function findSchemas(operationId: OperationId): OperationSchemas {
  const { document, path, method, statuses } = operationTable[operationId];
  const pathItem: Pointer = { document, segments: ["paths", path] };
  const operation = child(pathItem, method);
  const parameters = [...parametersAt(pathItem), ...parametersAt(operation)];
  const body = jsonSchemaAt(child(operation, "requestBody"));
  return {
    path: parametersSchema(parameters.filter(hasForm), "path"),
    query: parametersSchema(parameters, "query"),
    body: body && reference(body),
    bodyFields: body === undefined ? [] : Object.keys(objectAt(child(resolve(body), "properties"))),
    responses: new Map(
      statuses.flatMap((status) => {
        const schema = jsonSchemaAt(child(operation, "responses", String(status)));
        return schema === undefined ? [] : [[status, reference(schema)] as const];
      }),
    ),
  };
}

function parametersAt(pointer: Pointer): Pointer[] {
  const parameters = valueAt(child(pointer, "parameters"));
  if (!Array.isArray(parameters)) return [];
  return parameters.map((_, index) => resolve(child(pointer, "parameters", String(index))));
}

/** Whether a parameter is more than a text that is looked up. */
function hasForm(parameter: Pointer): boolean {
  return "pattern" in objectAt(resolve(child(parameter, "schema")));
}

function parametersSchema(parameters: readonly Pointer[], location: string): ParametersSchema {
  const properties: Record<string, SchemaReference> = {};
  const required: string[] = [];
  for (const pointer of parameters) {
    const parameter = objectAt(pointer);
    const name = parameter["name"];
    if (typeof name !== "string" || parameter["in"] !== location) continue;
    properties[name] = reference(child(pointer, "schema"));
    if (parameter["required"] === true) required.push(name);
  }
  return { type: "object", properties, required };
}

/** The schema of the JSON body of a request or a response, if it has one. */
function jsonSchemaAt(pointer: Pointer): Pointer | undefined {
  const schema = child(resolve(pointer), "content", "application/json", "schema");
  return valueAt(schema) === undefined ? undefined : schema;
}

function child({ document, segments }: Pointer, ...more: string[]): Pointer {
  return { document, segments: [...segments, ...more] };
}

/** Follows `$ref` to what is meant. A bundle refers only to itself. */
function resolve(pointer: Pointer): Pointer {
  const target = objectAt(pointer)["$ref"];
  if (typeof target !== "string") return pointer;
  const segments = target.replace(/^#\//, "").split("/");
  return resolve({
    document: pointer.document,
    segments: segments.map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~")),
  });
}

/** How a schema refers to a place, which Ajv resolves in the documents it was given. */
function reference({ document, segments }: Pointer): SchemaReference {
  const path = segments.map((segment) =>
    encodeURIComponent(segment.replaceAll("~", "~0").replaceAll("/", "~1")),
  );
  return { $ref: `${document}#/${path.join("/")}` };
}

/** The object at a place; an empty one when there is none. */
function objectAt(pointer: Pointer): Readonly<Record<string, unknown>> {
  const value = valueAt(pointer);
  return isObject(value) ? value : {};
}

function valueAt({ document, segments }: Pointer): unknown {
  let value: unknown = documents[document];
  for (const segment of segments) {
    if (Array.isArray(value)) value = value[Number(segment)];
    else value = isObject(value) ? value[segment] : undefined;
  }
  return value;
}
