import { bundleWith, type Case } from "./case.ts";

const at = "paths./things.get";
const error = { $ref: "#/components/responses/Broken" };

function get(operation: object): object {
  return bundleWith("get", operation);
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
    name: "one tag in a path file, which declares none",
    source: "/api/paths/things.yaml",
    document: { get: { tags: ["Things"] } },
    problems: [],
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
    source: "/api/paths/things.yaml",
    document: { get: { tags: ["Things", "Other"] } },
    problems: ["get.tags: An operation must have exactly one tag"],
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
    rule: "error-response-shared",
    name: "a shared error",
    document: get({ responses: { 500: error } }),
    problems: [],
  },
  {
    rule: "error-response-shared",
    name: "an error of its own, in a path file",
    source: "/api/paths/things.yaml",
    document: { get: { responses: { 500: { description: "Broken." } } } },
    problems: ["get.responses.500: 500 must be a $ref"],
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
