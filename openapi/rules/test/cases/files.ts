import type { Case } from "./case.ts";

const rootDocument = "/api/openapi.yaml";

function paths(url: string, pathItem: object): object {
  return { openapi: "3.1.1", paths: { [url]: pathItem } };
}

export const fileCases: Case[] = [
  {
    rule: "path-file-name",
    name: "the file follows the URL",
    source: rootDocument,
    document: paths("/v1/things/{thing_id}", { $ref: "paths/v1_things_{thing_id}.yaml" }),
    problems: [],
  },
  {
    rule: "path-file-name",
    name: "a path item in the bundle",
    source: "/api/openapi.json",
    document: paths("/v1/things", { get: {} }),
    problems: [],
  },
  {
    rule: "path-file-name",
    name: "a file of another name",
    source: rootDocument,
    document: paths("/v1/things", { $ref: "paths/things.yaml" }),
    problems: ["paths./v1/things: /v1/things must be a $ref to paths/v1_things.yaml"],
  },
  {
    rule: "path-file-name",
    name: "a path item in the root document",
    source: rootDocument,
    document: paths("/v1/things", { get: {} }),
    problems: ["paths./v1/things: /v1/things must be a $ref"],
  },
  {
    rule: "component-file-name",
    name: "a schema in PascalCase",
    source: "/api/components/schemas/ApiToken.yaml",
    document: {},
    problems: [],
  },
  {
    rule: "component-file-name",
    name: "a schema in camel case",
    source: "/api/components/schemas/apiToken.yaml",
    document: {},
    problems: [': "apiToken" must be in PascalCase'],
  },
  {
    rule: "component-file-name",
    name: "examples of an operation and of an error",
    source: "/api/components/examples/error.token_missing.yaml",
    document: {},
    problems: [],
  },
  {
    rule: "component-file-name",
    name: "an example of nothing",
    source: "/api/components/examples/Example.yaml",
    document: {},
    problems: [': "Example" must be <operationId>.request'],
  },
  {
    rule: "component-file-name",
    name: "a folder that is no section",
    source: "/api/components/models/Thing.yaml",
    document: {},
    problems: [': "models" is not a component section'],
  },
  {
    rule: "component-file-name",
    name: "a key of the root document that is not the file name",
    source: rootDocument,
    document: {
      openapi: "3.1.1",
      components: {
        securitySchemes: { Token: { $ref: "components/securitySchemes/PlatformToken.yaml" } },
      },
    },
    problems: ['components.securitySchemes.Token: "Token" must refer to'],
  },
  {
    rule: "component-used",
    name: "a path refers to it",
    source: "components/schemas/Thing.yaml",
    files: {
      "components/schemas/Thing.yaml": "type: object\n",
      "paths/things.yaml": "schema:\n  $ref: ../components/schemas/Thing.yaml\n",
    },
    document: {},
    problems: [],
  },
  {
    rule: "component-used",
    name: "nothing refers to it",
    source: "components/schemas/Thing.yaml",
    files: { "components/schemas/Thing.yaml": "type: object\n" },
    document: {},
    problems: [": Nothing refers to components/schemas/Thing.yaml"],
  },
];
