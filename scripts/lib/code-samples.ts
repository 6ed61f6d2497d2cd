import { boundParameter, clientMethods, nothing } from "./client-methods.ts";
import { asRecord, asString, isRecord, type JsonRecord } from "./json.ts";
import type { OperationRow } from "./operation-table.ts";

/** One code sample, as the reference site shows it (`x-codeSamples`). */
export interface CodeSample {
  readonly lang: "Shell" | "TypeScript";
  readonly label: "curl" | "TypeScript" | "Turso CLI";
  readonly source: string;
}

/** The command of the Turso CLI that calls the operation, where there is one. */
const cliCommands: Readonly<Record<string, string>> = {
  listDatabases: "turso db list",
  getDatabase: "turso db show {db_name}",
  destroyDatabase: "turso db destroy {db_name}",
  updateDatabase: "turso db update {db_name}",
  mintDatabaseToken: "turso db tokens create {db_name} --expiration 9d --read-only",
  invalidateDatabaseTokens: "turso db tokens invalidate {db_name}",
  listInstances: "turso db show {db_name}",
  createInstance: "turso db replicate {db_name} ord",
  destroyInstance: "turso db destroy {db_name} --instance {instance_name}",
  waitForInstance: "turso db replicate {db_name} ord --wait",
  createDatabase: "turso db create tenant-042",
  listOrganizations: "turso org list",
  listOrganizationMembers: "turso org members list",
  listLocations: "turso db locations",
  listApiTokens: "turso auth api-tokens list",
  mintApiToken: "turso auth api-tokens mint {token_name}",
  revokeApiToken: "turso auth api-tokens revoke {token_name}",
};

/** What a call of an operation needs, by the contract's own examples. */
interface Call {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Writes the samples of one operation, from its parameters and its first request example. */
export function codeSamples(document: JsonRecord, row: OperationRow): CodeSample[] {
  const call = describeCall(document, row);
  const command = cliCommands[row.operationId];
  return [
    { lang: "Shell", label: "curl", source: curl(row, call) },
    { lang: "TypeScript", label: "TypeScript", source: typescript(document, row, call) },
    ...(command === undefined
      ? []
      : [{ lang: "Shell", label: "Turso CLI", source: filled(command, call.path) } as const]),
  ];
}

function curl({ method, path }: OperationRow, { path: names, query, body }: Call): string {
  const parameters = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const search = parameters.size === 0 ? "" : `?${parameters.toString()}`;
  // With a body curl posts by itself.
  const needsMethod = method !== "get" && !(method === "post" && body !== undefined);
  return [
    `curl "$LOGICALDB_URL${filled(path, { ...names, [boundParameter]: "$LOGICALDB_ORGANIZATION" })}${search}"`,
    ...(needsMethod ? [`-X ${method.toUpperCase()}`] : []),
    '-H "Authorization: Bearer $LOGICALDB_TOKEN"',
    ...(body === undefined ? [] : [`-d '${JSON.stringify(body).replaceAll("'", "\\u0027")}'`]),
  ].join(" \\\n  ");
}

function typescript(document: JsonRecord, { operationId }: OperationRow, call: Call): string {
  const method = clientMethods(document).find((each) => each.operationId === operationId);
  if (method === undefined) throw new Error(`the client has no method for ${operationId}`);
  const names = method.pathParameters.map(({ name }) => JSON.stringify(call.path[name]));
  const input = { ...call.query, ...(isRecord(call.body) ? call.body : {}) };
  const given = Object.keys(input).length === 0 ? names : [...names, literal(input, "")];
  const request = `await platform.${method.resource}(${given.join(", ")})`;
  return [
    'import { createPlatform } from "@logicaldb/client";',
    "",
    "const platform = createPlatform({",
    "  // Turso Cloud where it is not set.",
    "  baseUrl: process.env.LOGICALDB_URL,",
    '  token: process.env.LOGICALDB_TOKEN ?? "",',
    '  organization: process.env.LOGICALDB_ORGANIZATION ?? "",',
    "});",
    "",
    method.answer === nothing ? `${request};` : `console.log(${request});`,
  ].join("\n");
}

/** A value as a TypeScript literal, on one line where it is short. */
function literal(value: unknown, indent: string): string {
  if (!isRecord(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, member]) => `${key}: ${literal(member, `${indent}  `)}`,
  );
  const line = `{ ${members.join(", ")} }`;
  if (members.length === 0) return "{}";
  if (line.length <= 70) return line;
  return `{\n${members.map((member) => `${indent}  ${member},\n`).join("")}${indent}}`;
}

function filled(template: string, values: Call["path"]): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

function describeCall(document: JsonRecord, row: OperationRow): Call {
  const pathItem = asRecord(asRecord(document["paths"], "paths")[row.path], row.path);
  const operation = asRecord(pathItem[row.method], row.operationId);
  const parameters = [pathItem, operation].flatMap(({ parameters: list }) =>
    Array.isArray(list) ? list.map((item: unknown) => resolved(document, item)) : [],
  );
  const examplesOf = (place: string) =>
    Object.fromEntries(
      parameters
        // A cursor comes from the answer before.
        .filter((parameter) => parameter["in"] === place && parameter["name"] !== "cursor")
        .map((parameter) => [asString(parameter["name"], "name"), parameter["example"]]),
    );
  return {
    path: examplesOf("path"),
    query: examplesOf("query"),
    body: requiredBody(document, operation),
  };
}

function requiredBody(document: JsonRecord, { requestBody }: JsonRecord): unknown {
  if (!isRecord(requestBody) || requestBody["required"] !== true) return undefined;
  const [example] = Object.values(asRecord(mediaOf(requestBody)["examples"], "examples"));
  return resolved(document, example)["value"];
}

function mediaOf(holder: JsonRecord): JsonRecord {
  return asRecord(asRecord(holder["content"], "content")["application/json"], "application/json");
}

/** The object, or the one that its `$ref` leads to. */
function resolved(document: JsonRecord, value: unknown): JsonRecord {
  const record = asRecord(value, "a part of the contract");
  if (typeof record["$ref"] !== "string") return record;
  const [, ...segments] = record["$ref"].split("/");
  const target = segments.reduce<unknown>(
    (holder, segment) => asRecord(holder, segment)[segment],
    document,
  );
  return resolved(document, target);
}
