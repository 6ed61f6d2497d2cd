/**
 * The OpenAPI and JSON Schema keywords that every part of the chain understands: types, client,
 * server and reference site. A keyword that is not here would be ignored somewhere without a word,
 * so the generator refuses it. To use a new one, make sure that each part honours it and add it.
 */

/** What a key holds: an object of a kind, a map or a list of such objects, or plain data. */
export type Holds = Kind | { readonly map: Kind } | { readonly list: Kind } | "data";

export type Kind =
  | "document"
  | "info"
  | "contact"
  | "license"
  | "server"
  | "tag"
  | "pathItem"
  | "operation"
  | "parameter"
  | "requestBody"
  | "response"
  | "header"
  | "mediaType"
  | "example"
  | "securityScheme"
  | "components"
  | "schema";

export const knownKeywords: Readonly<Record<Kind, Readonly<Record<string, Holds>>>> = {
  document: {
    openapi: "data",
    info: "info",
    servers: { list: "server" },
    security: "data",
    tags: { list: "tag" },
    paths: { map: "pathItem" },
    components: "components",
  },
  info: {
    title: "data",
    version: "data",
    summary: "data",
    description: "data",
    contact: "contact",
    license: "license",
  },
  contact: { name: "data" },
  license: { name: "data", identifier: "data" },
  server: { url: "data", description: "data" },
  tag: { name: "data", description: "data" },
  pathItem: {
    parameters: { list: "parameter" },
    get: "operation",
    put: "operation",
    post: "operation",
    delete: "operation",
    // Further paths at which the server answers the same operations.
    "x-aliases": "data",
  },
  operation: {
    operationId: "data",
    summary: "data",
    description: "data",
    tags: "data",
    security: "data",
    parameters: { list: "parameter" },
    requestBody: "requestBody",
    responses: { map: "response" },
    // The method of the client that calls the operation, and the property of the answer it returns.
    "x-sdk": "data",
    // A POST that may be sent twice: the second time has no effect that the first did not have.
    "x-idempotent": "data",
  },
  parameter: {
    name: "data",
    in: "data",
    required: "data",
    description: "data",
    schema: "schema",
    example: "data",
  },
  requestBody: { description: "data", required: "data", content: { map: "mediaType" } },
  response: { description: "data", headers: { map: "header" }, content: { map: "mediaType" } },
  header: { description: "data", required: "data", schema: "schema", example: "data" },
  mediaType: { schema: "schema", examples: { map: "example" } },
  example: { summary: "data", value: "data" },
  securityScheme: { type: "data", scheme: "data", description: "data" },
  components: {
    schemas: { map: "schema" },
    parameters: { map: "parameter" },
    responses: { map: "response" },
    headers: { map: "header" },
    examples: { map: "example" },
    securitySchemes: { map: "securityScheme" },
  },
  schema: {
    type: "data",
    description: "data",
    deprecated: "data",
    default: "data",
    examples: "data",
    enum: "data",
    const: "data",
    format: "data",
    pattern: "data",
    minLength: "data",
    maxLength: "data",
    minimum: "data",
    maximum: "data",
    items: "schema",
    maxItems: "data",
    uniqueItems: "data",
    properties: { map: "schema" },
    required: "data",
    propertyNames: "schema",
    additionalProperties: "schema",
    maxProperties: "data",
    // The status that belongs to each error code.
    "x-statuses": "data",
  },
};
