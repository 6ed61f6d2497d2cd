import { bundleWith, bundleWithComponent, bundleWithSchema, type Case } from "./case.ts";

const at = "components.schemas.Thing";

export const schemaCases: Case[] = [
  {
    rule: "component-name-free",
    name: "a schema and a parameter have names of their own, and an example has the schema's",
    document: withComponents({
      schemas: { Thing: {}, GetThingOutput: {} },
      parameters: { ThingParameter: {} },
      examples: { Thing: {} },
    }),
    problems: [],
  },
  {
    rule: "component-name-free",
    name: "a schema and a parameter have the same",
    document: withComponents({ schemas: { Thing: {} }, parameters: { Thing: {} } }),
    problems: [
      "components.parameters.Thing: Thing is taken: it is also the name of one of the schemas",
    ],
  },
  {
    rule: "component-name-free",
    name: "a schema is called as what an operation answers",
    document: withComponents({ schemas: { GetThingResponse: {} } }),
    problems: [
      "components.schemas.GetThingResponse: GetThingResponse is taken: generators use it for what getThing answers",
    ],
  },
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
    name: "no limit, in the items of a list",
    document: bundleWithSchema({ type: "array", items: { type: ["string", "null"] } }),
    problems: [`${at}.items: A string must have`],
  },
  {
    rule: "string-bounded",
    name: "no limit, in a shared parameter",
    document: bundleWithComponent("parameters", { name: "name", schema: { type: "string" } }),
    problems: ["components.parameters.Thing.schema: A string must have"],
  },
  {
    rule: "string-bounded",
    name: "no limit, in a parameter of an operation",
    document: bundleWith("get", { parameters: [{ name: "name", schema: { type: "string" } }] }),
    problems: ["paths./things.get.parameters.0.schema: A string must have"],
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
    document: bundleWithSchema({ properties: { name: { type: "string" } } }),
    problems: [
      `${at}: The schema must have a description`,
      `${at}.properties.name: The property "name" must have a description`,
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
    rule: "integer-bounded",
    name: "two ends, or one and a format",
    document: bundleWithSchema({
      properties: {
        port: { type: "integer", minimum: 0, maximum: 65535 },
        count: { type: "integer", minimum: 0, format: "int32" },
      },
    }),
    problems: [],
  },
  {
    rule: "integer-bounded",
    name: "only one end",
    document: bundleWithSchema({ type: "integer", minimum: 0 }),
    problems: [`${at}: An integer must have`],
  },
  {
    rule: "identifier-patterned",
    name: "a slug with a pattern, and a text without",
    document: schemas({
      TeamSlug: { type: "string", pattern: "^[a-z]+$" },
      Greeting: { type: "string", maxLength: 10 },
    }),
    problems: [],
  },
  {
    rule: "identifier-patterned",
    name: "a name of any characters",
    document: schemas({ TeamName: { type: "string", maxLength: 64 } }),
    problems: ["components.schemas.TeamName: TeamName must have"],
  },
  {
    rule: "id-format",
    name: "a UUID in either spelling, and names that only end alike",
    document: schemas({
      TeamId: { type: "string", format: "uuid" },
      Team: {
        properties: {
          id: { type: "string", pattern: "^[A-Za-z0-9_-]{22}$" },
          uuid: { $ref: "#/components/schemas/TeamId" },
          operationId: { type: "string" },
        },
      },
    }),
    problems: [],
  },
  {
    rule: "id-format",
    name: "a number, and a string of any form",
    document: schemas({
      TeamId: { type: "integer" },
      Team: { properties: { uuid: { type: "string" } } },
    }),
    problems: [
      'components.schemas.TeamId: "TeamId" must be a string of format uuid',
      'components.schemas.Team.properties.uuid: "uuid" must be a string',
    ],
  },
];

function schemas(members: object): object {
  return { openapi: "3.1.1", paths: {}, components: { schemas: members } };
}

/** A bundle with an operation, getThing, and these components. */
function withComponents(components: object): object {
  return bundleWith("get", { operationId: "getThing" }, { components });
}
