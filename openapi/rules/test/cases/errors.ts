import { bundleWithComponent, type Case } from "./case.ts";

const description =
  "Codes.\n\n| Code | Status | Meaning |\n| --- | --- | --- |\n| `broken` | 500 | It broke. |\n";
const errorCode = { type: "string", description, enum: ["broken"], "x-statuses": { broken: 500 } };
const at = "components.schemas.ErrorCode";

function codes(changes: object): object {
  return withComponents({ schemas: { ErrorCode: { ...errorCode, ...changes } } });
}

function withComponents(components: object, paths: object = {}): object {
  return { openapi: "3.1.1", paths, components };
}

function body(schema: string): object {
  return {
    content: { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } },
  };
}

/** An operation that answers `status` with a response that shows the code. */
function answering(status: number, code: string): object {
  const examples = { shown: { $ref: "#/components/examples/shown" } };
  return withComponents(
    {
      schemas: { ErrorCode: errorCode },
      responses: { Broken: { content: { "application/json": { examples } } } },
      examples: { shown: { value: { code } } },
    },
    { "/things": { get: { responses: { [status]: { $ref: "#/components/responses/Broken" } } } } },
  );
}

export const errorCases: Case[] = [
  {
    rule: "error-codes-complete",
    name: "a status and a line in the table",
    document: codes({}),
    problems: [],
  },
  {
    rule: "error-codes-complete",
    name: "neither status nor line",
    document: codes({ enum: ["broken", "worn"] }),
    problems: [`${at}: "x-statuses" lacks the status of worn`],
  },
  {
    rule: "error-codes-complete",
    name: "another status in the table",
    document: codes({ "x-statuses": { broken: 503 } }),
    problems: [`${at}: The table lacks broken with its status`],
  },
  {
    rule: "error-body-shared",
    name: "the body that all errors have",
    document: withComponents({
      responses: { Broken: body("ApiError") },
      schemas: { ApiError: { properties: { code: { $ref: "#/components/schemas/ErrorCode" } } } },
    }),
    problems: [],
  },
  {
    rule: "error-body-shared",
    name: "a body of its own",
    document: bundleWithComponent("responses", body("Trouble")),
    problems: ["components.responses.Thing.content.application/json: The schema of an error"],
  },
  {
    rule: "error-body-shared",
    name: "no body",
    document: bundleWithComponent("responses", { description: "Broken." }),
    problems: ["components.responses.Thing: An error must have a body"],
  },
  {
    rule: "error-body-shared",
    name: "a code that is any string",
    document: withComponents({
      schemas: { ApiError: { properties: { code: { type: "string" } } } },
    }),
    problems: ['components.schemas.ApiError: "code" of ApiError'],
  },
  {
    rule: "error-status-right",
    name: "a code under its status",
    document: answering(500, "broken"),
    problems: [],
  },
  {
    rule: "error-status-right",
    name: "a code under another status",
    document: answering(503, "broken"),
    problems: ["paths./things.get.responses.503: The response shows broken, which is 500, not 503"],
  },
  {
    rule: "error-status-right",
    name: "a code that the table does not have",
    document: answering(500, "worn"),
    problems: ["paths./things.get.responses.500: The response shows worn, which is no code"],
  },
];
