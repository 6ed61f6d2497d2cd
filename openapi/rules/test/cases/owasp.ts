import { bundleWith, bundleWithComponent, type Case } from "./case.ts";

function scheme(value: object): object {
  return bundleWithComponent("securitySchemes", value);
}

function parameter(value: object): object {
  return bundleWith("get", { parameters: [value] });
}

function limited(headers: object): object {
  return bundleWith("get", { responses: { 429: { description: "Too many.", headers } } });
}

const bearer = scheme({ type: "http", scheme: "bearer" });
const at = "paths./things.get";

export const owaspCases: Case[] = [
  {
    rule: "owasp:api1:2023-no-numeric-ids",
    name: "a UUID",
    document: parameter({ name: "id", in: "query", schema: { type: "string", format: "uuid" } }),
    problems: [],
  },
  {
    rule: "owasp:api1:2023-no-numeric-ids",
    name: "a number",
    document: parameter({ name: "id", in: "query", schema: { type: "integer" } }),
    problems: [`${at}.parameters.0.schema: `],
  },
  {
    rule: "owasp:api2:2023-auth-insecure-schemes",
    name: "a bearer token",
    document: bearer,
    problems: [],
  },
  {
    rule: "owasp:api2:2023-auth-insecure-schemes",
    name: "an abandoned scheme",
    document: scheme({ type: "http", scheme: "negotiate" }),
    problems: ["components.securitySchemes.Thing.scheme: "],
  },
  {
    rule: "owasp:api2:2023-no-api-keys-in-url",
    name: "a key in a header",
    document: scheme({ type: "apiKey", in: "header", name: "key" }),
    problems: [],
  },
  {
    rule: "owasp:api2:2023-no-api-keys-in-url",
    name: "a key in the query",
    document: scheme({ type: "apiKey", in: "query", name: "key" }),
    problems: ["components.securitySchemes.Thing.in: "],
  },
  {
    rule: "owasp:api2:2023-no-http-basic",
    name: "a bearer token",
    document: bearer,
    problems: [],
  },
  {
    rule: "owasp:api2:2023-no-http-basic",
    name: "a name and a password",
    document: scheme({ type: "http", scheme: "basic" }),
    problems: ["components.securitySchemes.Thing.scheme: "],
  },
  {
    rule: "owasp:api2:2023-write-restricted",
    name: "a write with a token",
    document: bundleWith("post", { security: [{ PlatformToken: [] }] }),
    problems: [],
  },
  {
    rule: "owasp:api2:2023-write-restricted",
    name: "a write by anybody",
    document: bundleWith("post", { security: [] }),
    problems: ["paths./things.post.security: "],
  },
  {
    rule: "owasp:api4:2023-rate-limit-retry-after",
    name: "says when to come back",
    document: limited({ "Retry-After": { schema: { type: "integer" } } }),
    problems: [],
  },
  {
    rule: "owasp:api4:2023-rate-limit-retry-after",
    name: "does not say when to come back",
    document: limited({ "X-Reason": { schema: { type: "string" } } }),
    problems: [`${at}.responses.429.headers: `],
  },
  {
    rule: "owasp:api7:2023-concerning-url-parameter",
    name: "a name",
    document: parameter({ name: "name", in: "query", schema: { type: "string" } }),
    problems: [],
  },
  {
    rule: "owasp:api7:2023-concerning-url-parameter",
    name: "a place to send the server to",
    document: parameter({ name: "callback_url", in: "query", schema: { type: "string" } }),
    problems: [`${at}.parameters.0.name: `],
  },
];
