import { describe, expect, test } from "vitest";
import { clientMethods } from "../lib/client-methods.ts";
import type { JsonRecord } from "../lib/json.ts";
import { resourcesSource } from "../lib/resources-source.ts";

/** A contract of operations on things, each a GET unless it says otherwise. */
function contract(operations: Readonly<Record<string, JsonRecord>>): JsonRecord {
  const content = { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } };
  const paths = Object.entries(operations).map(([path, { method = "get", ...operation }]) => [
    path,
    {
      [String(method)]: {
        operationId: `op${path.replaceAll(/\W/g, "_")}`,
        summary: "Things",
        description: "Does something.",
        tags: ["Things"],
        security: [],
        responses: { "200": { content } },
        ...operation,
      },
    },
  ]);
  return {
    paths: Object.fromEntries(paths),
    components: {
      schemas: {
        Thing: { properties: { thing: {}, things: { type: "array" }, limit: {}, pagination: {} } },
        ErrorCode: { enum: [], "x-statuses": {} },
      },
    },
  };
}

const list = { "x-sdk": { method: "things.list", returns: "things" } };

describe("the method of an operation", () => {
  test("is required", () => {
    expect(() => clientMethods(contract({ "/things": {} }))).toThrow("op_things has no x-sdk");
  });

  test("belongs to one operation", () => {
    expect(() => clientMethods(contract({ "/things": list, "/others": list }))).toThrow(
      "x-sdk of op_others: things.list is taken",
    );
  });

  test.each(["list", "things.", "Things.list", "things list"])("is not named %j", (method) => {
    expect(() => clientMethods(contract({ "/things": { "x-sdk": { method } } }))).toThrow(
      "is not a resource and a method",
    );
  });

  test("returns a property of the answer", () => {
    const sdk = { method: "things.list", returns: "nothing" };
    expect(() => clientMethods(contract({ "/things": { "x-sdk": sdk } }))).toThrow(
      "x-sdk of op_things: Thing has no property nothing",
    );
  });

  test("returns something of a known type", () => {
    const operation = { "x-sdk": { method: "things.get", returns: "thing" } };
    expect(() => clientMethods(contract({ "/things": operation }))).toThrow(
      "op_things returns something of the type undefined",
    );
  });

  test("has no field that is in the query and in the body", () => {
    const schema = { $ref: "#/components/schemas/Thing" };
    const operation = {
      method: "post",
      "x-sdk": { method: "things.create" },
      parameters: [{ name: "limit", in: "query", description: "How many." }],
      requestBody: { content: { "application/json": { schema } } },
    };
    expect(() => clientMethods(contract({ "/things": operation }))).toThrow(
      "op_things has limit in its query and its body",
    );
  });
});

test("a list with a cursor can be gone through, and a path parameter comes first", () => {
  const parameters = [
    { name: "shelf_name", in: "path", description: "Which shelf.", required: true },
    { name: "cursor", in: "query", description: "Where the page starts." },
  ];
  const source = resourcesSource(contract({ "/shelves/{shelf_name}": { ...list, parameters } }));
  expect(source).toContain(
    '      list: (shelfName, input, options) => call("GET /shelves/{shelf_name}", [shelfName], options, "things", [], input),\n' +
      '      iterate: (shelfName, input, options) => pages("GET /shelves/{shelf_name}", [shelfName], options, "things", [], input),\n',
  );
  expect(source).toContain("   * @param shelfName Which shelf.\n");
  expect(source).toContain("`iterate` reads all pages.");
});
