import { bundleWith, bundleWithComponent, bundleWithSchema, type Case } from "./case.ts";

const at = "paths./things.post";

/** A post whose request and answer have this media type object. */
function post(request: object, response: object): object {
  return bundleWith("post", {
    operationId: "createThing",
    requestBody: { content: { "application/json": request } },
    responses: { 200: { content: { "application/json": response } } },
  });
}

function example(name: string): object {
  return { examples: { [name]: { $ref: `#/components/examples/${name}` } } };
}

const named = { schema: { $ref: "#/components/schemas/Thing" } };
const inline = { schema: { type: "object" } };

export const bodyCases: Case[] = [
  {
    rule: "body-schema-named",
    name: "named schemas",
    document: post(named, named),
    problems: [],
  },
  {
    rule: "body-schema-named",
    name: "inline schemas",
    document: post(inline, inline),
    problems: [
      `${at}.requestBody.content.application/json: The schema of a body`,
      `${at}.responses.200.content.application/json: The schema of a body`,
    ],
  },
  {
    rule: "operation-examples",
    name: "an example each",
    document: post(example("createThing.request"), example("createThing.response")),
    problems: [],
  },
  {
    rule: "operation-examples",
    name: "a further example with a case",
    document: post(example("createThing.request.copy"), example("createThing.response")),
    problems: [],
  },
  {
    rule: "operation-examples",
    name: "no example",
    document: post(example("createThing.request"), {}),
    problems: [`${at}.responses.200.content.application/json: The body needs an example`],
  },
  {
    rule: "operation-examples",
    name: "an example of another operation",
    document: post(example("destroyThing.request"), example("createThing.response")),
    problems: [`${at}.requestBody.content.application/json.examples.destroyThing.request: Example`],
  },
  {
    rule: "response-example",
    name: "a response component with an example",
    document: bundleWithComponent("responses", {
      content: { "application/json": example("error.internal_error") },
    }),
    problems: [],
  },
  {
    rule: "response-example",
    name: "a response component without one",
    document: bundleWithComponent("responses", { content: { "application/json": {} } }),
    problems: [
      "components.responses.Thing.content.application/json: Response Thing needs an example",
    ],
  },
  {
    rule: "example-valid",
    name: "examples of a body, a parameter and a schema",
    document: withExamples({ name: "a", parts: [1] }, 1, "a"),
    problems: [],
  },
  {
    rule: "example-valid",
    name: "two faults in a body, and one in a parameter and in a schema",
    document: withExamples({ name: 1, parts: [1, "b"] }, "one", 2),
    problems: [
      "components.schemas.Thing.properties.name.examples.0: The example does not match",
      "components.parameters.Limit.example: The example does not match",
      "components.examples.createThing.request.value.name: The example does not match",
      "components.examples.createThing.request.value.parts.1: The example does not match",
    ],
  },
  {
    rule: "example-harmless",
    name: "placeholders, names and nothing",
    document: bundleWithComponent("examples", {
      value: { jwt: "<database token>", token: "ci", password: "", id: "m0Rvl2i8RbyY0lE9Vx3zNA" },
    }),
    problems: [],
  },
  {
    rule: "example-harmless",
    name: "a token that could be one, in a list",
    document: bundleWithComponent("examples", {
      value: { tokens: [{ token: "ldb_7Q2mX9v" }] },
    }),
    problems: ["components.examples.Thing.value.tokens.0.token: This could be a real secret"],
  },
  {
    rule: "example-harmless",
    name: "a JWT, wherever it is",
    document: bundleWithSchema({
      type: "string",
      examples: ["Bearer eyJhbGciOiJFZERTQSJ9.eyJhIjoicnciLCJpYXQiOjF9.c2ln"],
    }),
    problems: ["components.schemas.Thing.examples.0: This could be a real secret"],
  },
  {
    rule: "example-harmless",
    name: "a password as the example of a property",
    document: bundleWithSchema({ properties: { password: { examples: ["Tr0ub4dor"] } } }),
    problems: ["components.schemas.Thing.properties.password.examples.0: This could"],
  },
];

/** A contract with an example of a body, of a parameter and of a property. */
function withExamples(body: unknown, parameter: unknown, property: unknown): object {
  const name = { type: "string", examples: [property] };
  const parts = { type: "array", items: { type: "integer" } };
  const media = { ...named, ...example("createThing.request") };
  return bundleWith(
    "post",
    { requestBody: { content: { "application/json": media } }, responses: {} },
    {
      components: {
        schemas: { Thing: { type: "object", properties: { name, parts } } },
        parameters: { Limit: { name: "limit", schema: { type: "integer" }, example: parameter } },
        examples: { "createThing.request": { value: body } },
      },
    },
  );
}
