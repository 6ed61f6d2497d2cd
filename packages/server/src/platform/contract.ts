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
  readonly path: ParametersSchema;
  readonly query: ParametersSchema;
  readonly body: SchemaReference | undefined;
  /** The names of the body's fields, as they are written in the contract. */
  readonly bodyFields: readonly string[];
  /** By status, of every documented response that has a JSON body. */
  readonly responses: ReadonlyMap<number, SchemaReference>;
}

/** A place in one of the documents. */
interface Place {
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
  const pathItem: Place = { document, segments: ["paths", path] };
  const operation = child(pathItem, method);
  const parameters = [...parametersAt(pathItem), ...parametersAt(operation)];
  const body = jsonSchemaAt(child(operation, "requestBody"));
  return {
    path: parametersSchema(parameters, "path"),
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

function parametersAt(place: Place): Place[] {
  const parameters = valueAt(child(place, "parameters"));
  if (!Array.isArray(parameters)) return [];
  return parameters.map((_, index) => resolve(child(place, "parameters", String(index))));
}

function parametersSchema(parameters: readonly Place[], location: string): ParametersSchema {
  const properties: Record<string, SchemaReference> = {};
  const required: string[] = [];
  for (const place of parameters) {
    const parameter = objectAt(place);
    const name = parameter["name"];
    if (typeof name !== "string" || parameter["in"] !== location) continue;
    properties[name] = reference(child(place, "schema"));
    if (parameter["required"] === true) required.push(name);
  }
  return { type: "object", properties, required };
}

/** The schema of the JSON body of a request or a response, if it has one. */
function jsonSchemaAt(place: Place): Place | undefined {
  const schema = child(resolve(place), "content", "application/json", "schema");
  return valueAt(schema) === undefined ? undefined : schema;
}

function child({ document, segments }: Place, ...more: string[]): Place {
  return { document, segments: [...segments, ...more] };
}

/** Follows `$ref` to the place that is meant. A bundle refers only to itself. */
function resolve(place: Place): Place {
  const target = objectAt(place)["$ref"];
  if (typeof target !== "string") return place;
  const segments = target.replace(/^#\//, "").split("/");
  return resolve({
    document: place.document,
    segments: segments.map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~")),
  });
}

/** How a schema refers to a place, which Ajv resolves in the documents it was given. */
function reference({ document, segments }: Place): SchemaReference {
  const pointer = segments.map((segment) =>
    encodeURIComponent(segment.replaceAll("~", "~0").replaceAll("/", "~1")),
  );
  return { $ref: `${document}#/${pointer.join("/")}` };
}

/** The object at a place; an empty one when there is none. */
function objectAt(place: Place): Readonly<Record<string, unknown>> {
  const value = valueAt(place);
  return isObject(value) ? value : {};
}

function valueAt({ document, segments }: Place): unknown {
  let value: unknown = documents[document];
  for (const segment of segments) {
    if (Array.isArray(value)) value = value[Number(segment)];
    else value = isObject(value) ? value[segment] : undefined;
  }
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
