import { bundleWithSchema, type Case } from "./case.ts";

const at = "components.schemas.Thing";
const schemaFile = "/api/components/schemas/Thing.yaml";

const errorCode = {
  type: "string",
  description:
    "Codes.\n\n| Code | Status | Meaning |\n| --- | --- | --- |\n| `broken` | 500 | It broke. |\n",
  enum: ["broken"],
  "x-statuses": { broken: 500 },
};

export const schemaCases: Case[] = [
  {
    rule: "array-bounded",
    name: "maxItems",
    document: bundleWithSchema({ type: "array", maxItems: 10 }),
    problems: [],
  },
  {
    rule: "array-bounded",
    name: "no maxItems, in a property",
    document: bundleWithSchema({ properties: { parts: { type: "array" } } }),
    problems: [`${at}.properties.parts: An array must have "maxItems"`],
  },
  {
    rule: "string-bounded",
    name: "each kind of limit",
    document: bundleWithSchema({
      properties: {
        a: { type: "string", maxLength: 1 },
        b: { type: "string", enum: ["x"] },
        c: { type: "string", const: "x" },
        d: { type: "string", format: "uuid" },
      },
    }),
    problems: [],
  },
  {
    rule: "string-bounded",
    name: "no limit, in the items of a schema file",
    source: schemaFile,
    document: { type: "array", items: { type: ["string", "null"] } },
    problems: ["items: A string must have"],
  },
  {
    rule: "string-bounded",
    name: "no limit, in a parameter file",
    source: "/api/components/parameters/Name.yaml",
    document: { name: "name", in: "query", schema: { type: "string" } },
    problems: ["schema: A string must have"],
  },
  {
    rule: "string-bounded",
    name: "no limit, in a parameter of a path file",
    source: "/api/paths/things.yaml",
    document: { get: { parameters: [{ name: "name", in: "query", schema: { type: "string" } }] } },
    problems: ["get.parameters.0.schema: A string must have"],
  },
  {
    rule: "string-bounded",
    name: "a property that is called type",
    document: bundleWithSchema({ properties: { type: { type: "string", maxLength: 1 } } }),
    problems: [],
  },
  {
    rule: "property-described",
    name: "a description, and a reference to one",
    document: bundleWithSchema({
      description: "A thing.",
      properties: {
        name: { type: "string", description: "Its name." },
        whole: { $ref: "#/components/schemas/Thing" },
      },
    }),
    problems: [],
  },
  {
    rule: "property-described",
    name: "nothing is described",
    source: schemaFile,
    document: { properties: { name: { type: "string" } } },
    problems: [
      ": The schema must have a description",
      'properties.name: The property "name" must have a description',
    ],
  },
  {
    rule: "deprecated-says-instead",
    name: "says what to use",
    document: bundleWithSchema({ deprecated: true, description: "Use a token instead." }),
    problems: [],
  },
  {
    rule: "deprecated-says-instead",
    name: "says only that it is deprecated",
    document: bundleWithSchema({ deprecated: true, description: "Deprecated." }),
    problems: [`${at}.description: The description of something deprecated`],
  },
  {
    rule: "error-codes-complete",
    name: "a status and a line in the table",
    source: "/api/components/schemas/ErrorCode.yaml",
    document: errorCode,
    problems: [],
  },
  {
    rule: "error-codes-complete",
    name: "neither status nor line",
    source: "/api/components/schemas/ErrorCode.yaml",
    document: { ...errorCode, enum: ["broken", "worn"] },
    problems: [': "x-statuses" lacks the status of worn'],
  },
  {
    rule: "error-codes-complete",
    name: "another status in the table",
    source: "/api/components/schemas/ErrorCode.yaml",
    document: { ...errorCode, "x-statuses": { broken: 503 } },
    problems: [": The table lacks broken with its status"],
  },
];
