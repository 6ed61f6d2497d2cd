import type { Case } from "./case.ts";

const root = "openapi.yaml";

/** The source as the layout rules see it: what each file says, by its path. */
function source(files: Record<string, object>): object {
  return { files };
}

function paths(url: string, pathItem: object): object {
  return source({ [root]: { paths: { [url]: pathItem } } });
}

/** A path file with one operation. */
function operation(value: object): object {
  return source({ "paths/things.yaml": { get: value } });
}

export const fileCases: Case[] = [
  {
    rule: "path-file-name",
    name: "the file follows the URL",
    document: paths("/v1/things/{thing_id}", { $ref: "paths/v1_things_{thing_id}.yaml" }),
    problems: [],
  },
  {
    rule: "path-file-name",
    name: "a file of another name",
    document: paths("/v1/things", { $ref: "paths/things.yaml" }),
    problems: [`files.${root}.paths./v1/things: /v1/things must be a $ref to paths/v1_things.yaml`],
  },
  {
    rule: "path-file-name",
    name: "a path item in the root document",
    document: paths("/v1/things", { get: {} }),
    problems: [`files.${root}.paths./v1/things: /v1/things must be a $ref`],
  },
  {
    rule: "component-file-name",
    name: "a schema in PascalCase, and examples of an operation and of an error",
    document: source({
      "components/schemas/ApiToken.yaml": {},
      "components/examples/listThings.response.page.yaml": {},
      "components/examples/error.token_missing.yaml": {},
    }),
    problems: [],
  },
  {
    rule: "component-file-name",
    name: "a schema in camel case",
    document: source({ "components/schemas/apiToken.yaml": {} }),
    problems: ['files.components/schemas/apiToken.yaml: "apiToken" must be in PascalCase'],
  },
  {
    rule: "component-file-name",
    name: "an example of nothing",
    document: source({ "components/examples/Example.yaml": {} }),
    problems: ['files.components/examples/Example.yaml: "Example" must be <operationId>.request'],
  },
  {
    rule: "component-file-name",
    name: "a folder that is no section",
    document: source({ "components/models/Thing.yaml": {} }),
    problems: ['files.components/models/Thing.yaml: "components/models/Thing.yaml" is not in'],
  },
  {
    rule: "component-file-name",
    name: "a key of the root document that is not the file name",
    document: source({
      [root]: {
        components: {
          securitySchemes: { Token: { $ref: "components/securitySchemes/PlatformToken.yaml" } },
        },
      },
    }),
    problems: [`files.${root}.components.securitySchemes.Token: "Token" must refer to`],
  },
  {
    rule: "component-used",
    name: "a path refers to it",
    document: source({
      [root]: { paths: { "/things": { $ref: "paths/things.yaml" } } },
      "paths/things.yaml": { schema: { $ref: "../components/schemas/Thing.yaml" } },
      "components/schemas/Thing.yaml": {},
    }),
    problems: [],
  },
  {
    rule: "component-used",
    name: "nothing refers to it",
    document: source({ "components/schemas/Thing.yaml": {} }),
    problems: ["files.components/schemas/Thing.yaml: Nothing refers to components/schemas/Thing"],
  },
  {
    rule: "ref-placement",
    name: "a response, and a property that is called get",
    document: source({
      "paths/things.yaml": {
        get: { responses: { 404: { $ref: "../components/responses/ThingNotFound.yaml" } } },
      },
      "components/schemas/Thing.yaml": { properties: { get: { $ref: "Name.yaml" } } },
    }),
    problems: [],
  },
  {
    rule: "ref-placement",
    name: "an operation in another file",
    document: operation({ $ref: "../operations/listThings.yaml" }),
    problems: ["files.paths/things.yaml.get: OpenAPI allows no $ref here"],
  },
  {
    rule: "ref-placement",
    name: "a response that is a schema",
    document: operation({ responses: { 404: { $ref: "../components/schemas/Error.yaml" } } }),
    problems: [
      "files.paths/things.yaml.get.responses.404: A $ref must lead to components/responses",
    ],
  },
  {
    rule: "ref-placement",
    name: "a description beside it",
    document: operation({
      responses: { 404: { $ref: "../components/responses/Gone.yaml", description: "Gone." } },
    }),
    problems: ["files.paths/things.yaml.get.responses.404: What stands beside a $ref"],
  },
];
