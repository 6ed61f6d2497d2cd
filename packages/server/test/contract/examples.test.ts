import { errorStatuses, type OperationId, operationTable } from "@logicaldb/contract";
import { openapi } from "@logicaldb/contract/documents";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callApi } from "../support/api.ts";
import { isObject, problemOfValue } from "./check-answer.ts";
import { examplesOfOperations, unexecuted } from "./examples.ts";
import { parameterExamples, urlOf, World } from "./world.ts";

const examples = examplesOfOperations();
const requests = examples.filter(({ status }) => status === undefined);
const successes = examples.filter(({ status }) => status === 200);
const errors = examples.filter(({ name }) => name.startsWith("error."));
const executed = new Set<string>();

/** What differs at each run, or is only a choice of the examples. */
const varies = /^(Hostname|hostname|DbId|uuid|id|token|jwt|exp|version)$/;
/** What the server chooses at random. */
const chosen: Partial<Record<OperationId, string>> = { createInstance: "name" };
/** Answers that tell of more than the server of a test has. */
const elsewhere = /^(listOrganizations|listOrganizationMembers|listApiTokens|setFault)\.|\.page$/;

describe("the contract's examples", () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(async () => {
    await world.stop();
  });

  test.each(requests)("$name is a request that succeeds", async (example) => {
    const { operationId, name, schema, value } = example;
    expect(problemOfValue(schema, value)).toBeUndefined();
    await world.reset(operationId);
    const { path, query } = parameterExamples(operationId);
    const url = urlOf(operationId, path, query);
    const answer = await callApi(world.server, operationTable[operationId].method, url, value);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    if (operationId === "setFault") await world.server.clearFaults();
    world.changed();
    executed.add(name);
  });

  test.each(successes)("$name is what the server answers", async (example) => {
    const { operationId, name, schema, value } = example;
    expect(problemOfValue(schema, value)).toBeUndefined();
    await world.reset(operationId);
    const { path } = parameterExamples(operationId);
    const query = name.endsWith(".page") ? { limit: "1" } : {};
    const body = requests.find((request) => request.operationId === operationId)?.value;
    const url = urlOf(operationId, path, query);
    const answer = await callApi(world.server, operationTable[operationId].method, url, body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    const steady = (answered: unknown) => withoutVarying(answered, chosen[operationId]);
    const expected = elsewhere.test(name) ? {} : steady(value);
    expect(steady(answer.body)).toMatchObject(expected);
    if (operationId === "setFault") await world.server.clearFaults();
    world.changed();
    executed.add(name);
  });

  test.each(errors)("$name belongs to $status of $operationId", (example) => {
    const { name, status, schema, value } = example;
    expect(problemOfValue(schema, value)).toBeUndefined();
    const code = isObject(value) ? value["code"] : undefined;
    expect(`error.${String(code)}`).toBe(name);
    expect(Object.entries(errorStatuses)).toContainEqual([code, status]);
    executed.add(name);
  });

  test("are all executed", () => {
    expect(unexecuted(executed)).toEqual([]);
  });

  test("would be missed if one were not", () => {
    const extra = { "createDatabase.request.extra": { value: { name: "x" } } };
    const components = { ...Object(openapi["components"]), examples: extra };
    expect(unexecuted(executed, [{ ...openapi, components }])).toEqual([
      "createDatabase.request.extra",
    ]);
  });

  test("would be refused if one were wrong", () => {
    const request = requests.find(({ name }) => name === "createDatabase.request");
    expect(problemOfValue(request?.schema ?? [], { name: "Not A Name" })).toMatch(/pattern/);
  });
});

function withoutVarying(value: unknown, further: string | undefined): object {
  const kept = (key: string, member: unknown) =>
    varies.test(key) || key === further ? undefined : member;
  return JSON.parse(JSON.stringify(value, kept));
}
