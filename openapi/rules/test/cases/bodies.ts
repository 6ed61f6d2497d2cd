import { bundleWith, type Case } from "./case.ts";

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
    source: "/api/components/responses/Broken.yaml",
    document: { content: { "application/json": example("error.internal_error") } },
    problems: [],
  },
  {
    rule: "response-example",
    name: "a response component without one",
    source: "/api/components/responses/Broken.yaml",
    document: { content: { "application/json": {} } },
    problems: ["content.application/json: Response Broken needs an example"],
  },
];
