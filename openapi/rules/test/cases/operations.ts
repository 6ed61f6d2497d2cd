import { bundleWith, type Case } from "./case.ts";

const at = "paths./things.get";
const error = { $ref: "#/components/responses/Broken" };

function get(operation: object): object {
  return bundleWith("get", operation);
}

function atUrl(url: string, method: string, operation: object): object {
  return { openapi: "3.1.1", paths: { [url]: { [method]: operation } } };
}

/** A path with parameters of its own and parameters of its operation. */
function withPathItem(own: object[], ofOperation: object[]): object {
  return {
    openapi: "3.1.1",
    paths: { "/{thing_name}": { parameters: own, get: { parameters: ofOperation } } },
    components: { parameters: { ThingName: { name: "thing_name", in: "path" } } },
  };
}

export const operationCases: Case[] = [
  {
    rule: "operation-id-verb",
    name: "a known verb and a noun",
    document: get({ operationId: "listThings" }),
    problems: [],
  },
  {
    rule: "operation-id-verb",
    name: "a verb of two words",
    document: get({ operationId: "waitForThing" }),
    problems: [],
  },
  {
    rule: "operation-id-verb",
    name: "an unknown verb",
    document: get({ operationId: "fetchThings" }),
    problems: [`${at}.operationId: The operationId of a get`],
  },
  {
    rule: "operation-id-verb",
    name: "a verb of another method",
    document: get({ operationId: "destroyThing" }),
    problems: [`${at}.operationId: The operationId of a get`],
  },
  {
    rule: "operation-id-verb",
    name: "snake case",
    document: get({ operationId: "list_things" }),
    problems: [`${at}.operationId: The operationId of a get`],
  },
  {
    rule: "operation-summary",
    name: "a phrase",
    document: get({ summary: "List API tokens" }),
    problems: [],
  },
  {
    rule: "operation-summary",
    name: "no summary",
    document: get({}),
    problems: [`${at}: The summary`],
  },
  {
    rule: "operation-summary",
    name: "a full stop",
    document: get({ summary: "Lists things." }),
    problems: [`${at}.summary: The summary`],
  },
  {
    rule: "operation-tag",
    name: "one declared tag",
    document: bundleWith("get", { tags: ["Things"] }, { tags: [{ name: "Things" }] }),
    problems: [],
  },
  {
    rule: "operation-tag",
    name: "a tag where none is declared",
    document: get({ tags: ["Things"] }),
    problems: [`${at}.tags: Tag "Things" is not declared`],
  },
  {
    rule: "operation-tag",
    name: "an undeclared tag",
    document: bundleWith("get", { tags: ["Other"] }, { tags: [{ name: "Things" }] }),
    problems: [`${at}.tags: Tag "Other" is not declared`],
  },
  {
    rule: "operation-tag",
    name: "two tags",
    document: get({ tags: ["Things", "Other"] }),
    problems: [`${at}.tags: An operation must have exactly one tag`],
  },
  {
    rule: "tag-used",
    name: "a tag with an operation",
    document: bundleWith("get", { tags: ["Things"] }, { tags: [{ name: "Things" }] }),
    problems: [],
  },
  {
    rule: "tag-used",
    name: "a tag without",
    document: bundleWith("get", {}, { tags: [{ name: "Things" }] }),
    problems: ['tags.0: No operation has the tag "Things"'],
  },
  {
    rule: "operation-security",
    name: "no token, and says so",
    document: get({ security: [] }),
    problems: [],
  },
  {
    rule: "operation-security",
    name: "leaves it to the document",
    document: get({ responses: {} }),
    problems: [`${at}: The operation must have a "security"`],
  },
  {
    rule: "status-documented",
    name: "everything it can answer",
    document: bundleWith("post", {
      security: [{ PlatformToken: [] }],
      requestBody: { content: {} },
      responses: { 400: error, 401: error, 413: error, 429: error, 500: error },
    }),
    problems: [],
  },
  {
    rule: "status-documented",
    name: "no token needed, so no 401",
    document: get({ security: [], responses: { 429: error, 500: error } }),
    problems: [],
  },
  {
    rule: "status-documented",
    name: "a token without 401",
    document: get({ security: [{ PlatformToken: [] }], responses: { 429: error, 500: error } }),
    problems: [`${at}.responses: The operation can answer 401`],
  },
  {
    rule: "status-documented",
    name: "a body without 400 and 413",
    document: bundleWith("post", {
      security: [],
      requestBody: { content: {} },
      responses: { 429: error, 500: error },
    }),
    problems: [
      "paths./things.post.responses: The operation can answer 400",
      "paths./things.post.responses: The operation can answer 413",
    ],
  },
  {
    rule: "status-documented",
    name: "creates something in an organization, without saying what can go wrong",
    document: atUrl("/{org_slug}/things", "post", {
      operationId: "createThing",
      security: [],
      responses: { 429: error, 500: error },
    }),
    problems: ["400", "402", "403", "404", "409"].map(
      (status) => `paths./{org_slug}/things.post.responses: The operation can answer ${status}`,
    ),
  },
  {
    rule: "status-documented",
    name: "mints under a name in the path, which need not exist",
    document: atUrl("/tokens/{token_name}", "post", {
      operationId: "mintToken",
      security: [],
      responses: { 409: error, 429: error, 500: error },
    }),
    problems: [],
  },
  {
    rule: "path-parameter-shared",
    name: "a shared one at the path, and one of the query at the operation",
    document: withPathItem(
      [{ $ref: "#/components/parameters/ThingName" }],
      [{ name: "limit", in: "query" }],
    ),
    problems: [],
  },
  {
    rule: "path-parameter-shared",
    name: "one of its own at the path",
    document: withPathItem([{ name: "thing_name", in: "path" }], []),
    problems: ["paths./{thing_name}.parameters.0: A parameter of the path must be a $ref"],
  },
  {
    rule: "path-parameter-shared",
    name: "at the operation",
    document: withPathItem([], [{ $ref: "#/components/parameters/ThingName" }]),
    problems: ['paths./{thing_name}.get.parameters.0: "thing_name" must stand once'],
  },
  {
    rule: "error-response-shared",
    name: "a shared error",
    document: get({ responses: { 500: error } }),
    problems: [],
  },
  {
    rule: "error-response-shared",
    name: "an error of its own",
    document: get({ responses: { 500: { description: "Broken." } } }),
    problems: [`${at}.responses.500: 500 must be a $ref`],
  },
  {
    rule: "success-200",
    name: "200 and an error",
    document: get({ responses: { 200: { description: "Done." }, 500: error } }),
    problems: [],
  },
  {
    rule: "success-200",
    name: "201 instead of 200",
    document: get({ responses: { 201: { description: "Created." } } }),
    problems: [
      `${at}.responses: The operation must answer 200`,
      `${at}.responses.201: 201 must not be answered`,
    ],
  },
  {
    rule: "success-200",
    name: "a default response",
    document: get({ responses: { 200: { description: "Done." }, default: error } }),
    problems: [`${at}.responses.default: default must not be answered`],
  },
];
